package unfold;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a program of the tests in a JVM of its own. */
public final class Jvm {
  public static final String THIS = System.getProperty("java.home");

  private Jvm() {
  }

  /** Returns the options that this JVM was given for its compiler: those of all tests. */
  public static List<String> compilerOptions() {
    return ManagementFactory.getRuntimeMXBean().getInputArguments().stream().filter(a -> a.startsWith("-XX:")).toList();
  }

  /** Returns what starts a program with the vector module, on all that this JVM finds classes in. */
  public static List<String> command(String home, List<String> options, Class<?> program, String... arguments) {
    List<String> command = new ArrayList<>(List.of(Path.of(home, "bin", "java").toString()));
    command.addAll(List.of("--add-modules", "jdk.incubator.vector"));
    command.addAll(options);
    String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    command.addAll(List.of("-cp", classPath, program.getName()));
    command.addAll(List.of(arguments));
    return command;
  }

  /** Returns what is to run a program on this Java, for tests that kill it. */
  public static ProcessBuilder process(Class<?> program, String... arguments) {
    return new ProcessBuilder(command(THIS, List.of(), program, arguments));
  }

  /** Returns all that it prints, on its two outputs. */
  public static String output(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertTrue(process.waitFor(2, TimeUnit.MINUTES), "still running");
    return output;
  }
}
