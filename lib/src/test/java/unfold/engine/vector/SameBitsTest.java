package unfold.engine.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import unfold.Jvm;

/**
 * Kernels and whole trainings give the same bits whatever the width of vectors, the number of threads and the JDK:
 * each width and each JDK in a JVM of its own.
 */
class SameBitsTest {

  @Test
  void widthsThreadsAndJdks() throws Exception {
    int preferred = Kernels.of(Precision.FLOAT).vectorBits();
    List<String> expected = run(Jvm.THIS, preferred, 1);
    int threads = 2;
    // Also wider ones than the machine has, which Java then takes apart: what is written otherwise for them is run.
    for (int bits = 128; bits <= 512; bits *= 2) {
      if (bits != preferred) {
        assertEquals(expected, run(Jvm.THIS, bits, threads), bits + " bits, " + threads + " threads");
        threads = 7;
      }
    }
    for (String other : newerJdks()) {
      for (int bits : new int[] {128, preferred}) {
        threads = threads == 2 ? 7 : 2;
        assertEquals(expected, run(other, bits, threads),
            other + ", " + bits + " bits, " + threads + " threads");
      }
    }
  }

  @Test
  void anotherWidthIsRefused() throws Exception {
    String output = Jvm.output(command(Jvm.THIS, "384", 1));
    assertTrue(output.contains("unfold.vector.bits must be 128, 256 or 512, but was \"384\""), output);
  }

  @Test
  void withoutTheModuleItIsNamed() throws Exception {
    List<String> command = new ArrayList<>(command(Jvm.THIS, "128", 1));
    command.removeAll(List.of("--add-modules", "jdk.incubator.vector"));
    String output = Jvm.output(command);
    assertTrue(output.contains("start Java with --add-modules jdk.incubator.vector."), output);
  }

  /** Returns the digests of floats and doubles, having checked that the width was used. */
  private static List<String> run(String home, int bits, int threads) throws Exception {
    String output = Jvm.output(command(home, "" + bits, threads));
    List<String> digests = new ArrayList<>();
    for (String line : output.lines().filter(text -> !text.startsWith("WARNING")).toList()) {
      String[] words = line.split(" ");
      assertTrue(words.length == 3 && words[0].equals("" + bits), output);
      digests.addAll(List.of(words[1], words[2]));
    }
    assertEquals(2 * Precision.values().length, digests.size(), output);
    return digests;
  }

  private static List<String> command(String home, String bits, int threads) {
    return Jvm.command(home, List.of("-D" + VectorBits.PROPERTY + "=" + bits), Digest.class, "" + threads);
  }

  /** Returns the homes of JDKs from 25 on that are installed beside the one that runs the tests. */
  private static List<String> newerJdks() throws IOException {
    try (Stream<Path> homes = Files.list(Path.of(Jvm.THIS).toRealPath().getParent())) {
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
