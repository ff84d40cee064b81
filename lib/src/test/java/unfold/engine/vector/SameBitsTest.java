package unfold.engine.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The kernels give the same bits whatever the width of vectors and the JDK: each in a JVM of its own. */
class SameBitsTest {

  @Test
  void widthsAndJdks() throws Exception {
    int preferred = Kernels.of(Precision.FLOAT).vectorBits();
    String java = System.getProperty("java.home");
    String expected = run(java, preferred);
    for (int bits = 128; bits < preferred; bits *= 2) {
      assertEquals(expected, run(java, bits), bits + " bits");
    }
    for (String other : newerJdks()) {
      for (int bits = 128; bits <= preferred; bits *= 2) {
        assertEquals(expected, run(other, bits), other + ", " + bits + " bits");
      }
    }
  }

  @Test
  void anotherWidthIsRefused() throws Exception {
    String output = output(command(System.getProperty("java.home"), "384"));
    assertTrue(output.contains("unfold.vector.bits must be 128, 256 or 512, but was \"384\""), output);
  }

  @Test
  void withoutTheModuleItIsNamed() throws Exception {
    List<String> command = new ArrayList<>(command(System.getProperty("java.home"), "128"));
    command.removeAll(List.of("--add-modules", "jdk.incubator.vector"));
    String output = output(command);
    assertTrue(output.contains("start Java with --add-modules jdk.incubator.vector."), output);
  }

  /** Returns the digests of floats and doubles, having checked that the width was used. */
  private static String run(String home, int bits) throws Exception {
    String output = output(command(home, "" + bits)).lines()
        .filter(line -> !line.startsWith("WARNING")).collect(Collectors.joining("\n"));
    String[] words = output.split(" ");
    assertTrue(words.length == 4 && words[0].equals("" + bits) && words[2].equals("" + bits), output);
    return words[1] + " " + words[3];
  }

  private static List<String> command(String home, String bits) throws URISyntaxException {
    return List.of(Path.of(home, "bin", "java").toString(), "--add-modules", "jdk.incubator.vector",
        "-D" + VectorBits.PROPERTY + "=" + bits, "-cp", folder(Kernels.class) + File.pathSeparator + folder(Digest.class),
        Digest.class.getName());
  }

  private static Path folder(Class<?> type) throws URISyntaxException {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  private static String output(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertTrue(process.waitFor(1, TimeUnit.MINUTES), "still running");
    return output;
  }

  /** Returns the homes of JDKs from 25 on that are installed beside the one that runs the tests. */
  private static List<String> newerJdks() throws IOException {
    try (Stream<Path> homes = Files.list(Path.of(System.getProperty("java.home")).toRealPath().getParent())) {
      return homes.filter(home -> version(home) >= 25).map(Path::toString).collect(Collectors.toList());
    }
  }

  private static int version(Path home) {
    try {
      return Files.readAllLines(home.resolve("release")).stream().filter(line -> line.startsWith("JAVA_VERSION="))
          .mapToInt(line -> Integer.parseInt(line.replaceAll("JAVA_VERSION=\"(\\d+).*", "$1"))).findFirst().orElse(0);
    } catch (IOException e) {
      // Not a JDK.
      return 0;
    }
  }
}
