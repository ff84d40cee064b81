package unfold.engine.vector;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a program of the tests in a JVM of its own. */
final class Jvm {
  static final String THIS = System.getProperty("java.home");

  private Jvm() {
  }

  /** Returns the options that this JVM was given for its compiler: those of all tests. */
  static List<String> compilerOptions() {
    return ManagementFactory.getRuntimeMXBean().getInputArguments().stream().filter(a -> a.startsWith("-XX:")).toList();
  }

  /** Returns what starts a program with the vector module, on the library and the tests alone. */
  static List<String> command(String home, List<String> options, Class<?> program, String... arguments)
      throws URISyntaxException {
    List<String> command = new ArrayList<>(List.of(Path.of(home, "bin", "java").toString()));
    command.addAll(List.of("--add-modules", "jdk.incubator.vector"));
    command.addAll(options);
    command.addAll(List.of("-cp", folder(Kernels.class) + File.pathSeparator + folder(program), program.getName()));
    command.addAll(List.of(arguments));
    return command;
  }

  /** Returns all that it prints, on its two outputs. */
  static String output(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertTrue(process.waitFor(2, TimeUnit.MINUTES), "still running");
    return output;
  }

  private static Path folder(Class<?> type) throws URISyntaxException {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
  }
}
