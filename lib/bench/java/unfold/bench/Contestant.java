package unfold.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import unfold.engine.Engine;

/**
 * Our contestant in the benchmark: a process that is told by lines on its standard input what to do and answers each with
 * one line of JSON, {@code {"error": "..."}} if it could not.
 *
 * <pre>
 * ready            does nothing; answers once it is up
 * draw FOLDER      writes the row's numbers into its folder
 * prepare FOLDER   gets ready for the row; answers the numbers that all contestants must agree on
 * trace S          does the row's work for S seconds; answers the seconds of each time
 * time K           does it K times; answers the seconds of all together
 * </pre>
 */
public final class Contestant {
  private static final int LONGEST_TRACE = 20_000;

  private final int threads;
  private Work work;

  private Contestant(int threads) {
    this.threads = threads;
  }

  /** Serves until the input ends; the one argument is the number of threads. */
  public static void main(String[] args) throws IOException {
    PrintStream answers = System.out;
    System.setOut(System.err);
    Contestant contestant = new Contestant(Integer.parseInt(args[0]));
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      String answer;
      try {
        String[] words = line.split(" ", 2);
        answer = contestant.answer(words[0], words.length > 1 ? words[1] : "");
      } catch (IOException | RuntimeException | LinkageError e) {
        e.printStackTrace();
        answer = "{\"error\": " + quoted(String.valueOf(e.getMessage())) + "}";
      }
      answers.println(answer);
      answers.flush();
    }
    System.exit(0); // An engine's idle threads must not keep the process.
  }

  private String answer(String command, String argument) throws IOException {
    switch (command) {
      case "ready" -> {
        return "{}";
      }
      case "draw" -> {
        Drawing.draw(new Row(Path.of(argument)));
        return "{}";
      }
      case "prepare" -> {
        return prepare(new Row(Path.of(argument)));
      }
      case "trace" -> {
        return "{\"seconds\": " + trace(Double.parseDouble(argument)) + "}";
      }
      case "time" -> {
        return "{\"seconds\": [" + time(Integer.parseInt(argument)) + "]}";
      }
      default -> throw new IllegalArgumentException("there is no command '" + command + "'");
    }
  }

  private String prepare(Row row) {
    if (work != null) {
      work.close();
    }
    long start = System.nanoTime();
    work = switch (row.text("kind")) {
      case "train" -> new TrainingWork(row);
      case "sweep" -> new SweepWork(row, threads);
      case "simulate" -> new SimulationWork(row);
      case "slow-points" -> new SlowPointsWork(row);
      default -> throw new IllegalArgumentException("the benchmark knows no work '" + row.text("kind") + "'");
    };
    Map<String, Double> numbers = work.check();
    double first = (System.nanoTime() - start) * 1e-9;
    return numbers.entrySet().stream().map(e -> quoted(e.getKey()) + ": " + number(e.getValue()))
        .collect(Collectors.joining(", ", "{\"check\": {", "}, \"first\": " + first + ", \"version\": "
            + quoted(Engine.forTraining().name() + ", Java " + Runtime.version().feature()) + "}"));
  }

  private List<Double> trace(double seconds) {
    List<Double> times = new ArrayList<>();
    work.reset();
    long start = System.nanoTime();
    do {
      times.add(time());
    } while (System.nanoTime() - start < seconds * 1e9 && times.size() < LONGEST_TRACE);
    return times;
  }

  private double time() {
    long start = System.nanoTime();
    work.call();
    return (System.nanoTime() - start) * 1e-9;
  }

  private double time(int times) {
    work.reset();
    long start = System.nanoTime();
    for (int k = 0; k < times; k++) {
      work.call();
    }
    return (System.nanoTime() - start) * 1e-9;
  }

  private static String number(double value) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%.12g", value) : "null";
  }

  private static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (char c : text.toCharArray()) {
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else {
        quoted.append(c < ' ' ? ' ' : c);
      }
    }
    return quoted.append('"').toString();
  }
}
