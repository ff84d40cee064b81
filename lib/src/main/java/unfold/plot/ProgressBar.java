package unfold.plot;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CancellationException;
import unfold.Check;
import unfold.data.DownloadProgress;

/**
 * How far a long computation is, shown in place below the running cell, at most some five times a second.
 *
 * <pre>{@code
 * try (ProgressBar bar = ProgressBar.of("training", steps)) {
 *   for (int step = 0; step < steps; step++) {
 *     ...
 *     bar.step("loss " + loss);
 *   }
 * }
 * }</pre>
 *
 * <p>Several threads may step it. Outside a notebook it shows nothing. It also ends the loop when the cell is
 * interrupted: a Java kernel's Stop button sets the thread's interrupt flag and no more.
 */
public final class ProgressBar implements AutoCloseable {
  private static final long EVERY = 200_000_000L;
  private static final int KILOBYTE = 1000;
  private static final int CURVE_WIDTH = 240;
  private static final int CURVE_HEIGHT = 36;

  private final String name;
  private final long total;
  private final boolean shown = Notebook.isRunning();
  private final long begun = System.nanoTime();
  private long done;
  private long last = begun - EVERY;
  private String message = "";
  private String id;
  /** What is plotted beside the bar: the value at each pixel reached so far. */
  private final double[] curve = new double[CURVE_WIDTH + 1];
  private int curveCount;

  private ProgressBar(String name, long total) {
    this.name = name;
    this.total = total;
  }

  /** Starts a bar of {@code total} steps, at least 1. */
  public static ProgressBar of(String name, long total) {
    Check.that(total >= 1, "total must be at least 1, but was %d", total);
    return new ProgressBar(name, total);
  }

  /** Returns what shows a bar for each file that is downloaded, counting its kilobytes. */
  public static DownloadProgress downloads() {
    return new DownloadProgress() {
      private String current = "";
      private ProgressBar bar;

      @Override
      public synchronized void show(String file, long bytes, long total) {
        if (!file.equals(current)) {
          current = file;
          bar = of(file + ", kB", kilobytes(total));
        }
        bar.reach(kilobytes(bytes), "", Double.NaN);
        if (bytes == total) {
          bar.close();
        }
      }

      private long kilobytes(long count) {
        return (count + KILOBYTE - 1) / KILOBYTE;
      }
    };
  }

  /** Counts one step. */
  public void step() {
    step("");
  }

  /**
   * Counts one step and shows a message beside the bar.
   *
   * @throws CancellationException if the thread was interrupted
   */
  public synchronized void step(String message) {
    checkInterrupt();
    done++;
    tell(message);
  }

  /**
   * Says that some steps are done, counting those before, and adds a value to the curve beside the bar, such as the
   * loss; its scale is logarithmic if all values are positive.
   *
   * @throws CancellationException if the thread was interrupted
   */
  public synchronized void reach(long done, String message, double value) {
    checkInterrupt();
    this.done = done;
    int pixel = (int) Math.min(CURVE_WIDTH, done * CURVE_WIDTH / total);
    while (curveCount <= pixel && Double.isFinite(value)) {
      curve[curveCount++] = value;
    }
    tell(message);
  }

  private void checkInterrupt() {
    if (Thread.currentThread().isInterrupted()) {
      throw new CancellationException(name + " was interrupted after " + done + " steps");
    }
  }

  private void tell(String message) {
    this.message = message;
    long now = System.nanoTime();
    if (now - last >= EVERY) {
      last = now;
      show("<progress value=\"" + done + "\" max=\"" + total + "\"></progress> ");
    }
  }

  /** The curve as a small drawing, empty if there is none. */
  private String curve() {
    if (curveCount < 2) {
      return "";
    }
    boolean log = Arrays.stream(curve, 0, curveCount).allMatch(v -> v > 0);
    double[] y = Arrays.stream(curve, 0, curveCount).map(v -> log ? Math.log(v) : v).toArray();
    double low = Arrays.stream(y).min().getAsDouble();
    double high = Arrays.stream(y).max().getAsDouble();
    StringBuilder points = new StringBuilder();
    for (int i = 0; i < curveCount; i++) {
      double up = high > low ? (y[i] - low) / (high - low) : 0.5;
      points.append(String.format(Locale.ROOT, "%d,%.1f ", i, 1 + (1 - up) * (CURVE_HEIGHT - 2)));
    }
    return "<br><svg width=\"" + CURVE_WIDTH + "\" height=\"" + CURVE_HEIGHT + "\"><polyline points=\""
        + points.toString().trim() + "\" fill=\"none\" stroke=\"" + Palette.BLUE + "\"/></svg>";
  }

  /** Leaves the last state as a line of text. */
  @Override
  public synchronized void close() {
    show("");
  }

  private void show(String bar) {
    if (!shown) {
      return;
    }
    String text = toString();
    Map<String, ?> data = Map.of("text/html", bar + TableView.escape(text) + curve(), "text/plain", text);
    if (id == null) {
      id = Notebook.display(data);
    } else {
      Notebook.update(id, data);
    }
  }

  /** Returns the state as text: {@code training 30/100, 2.1 s, loss 0.3}. */
  @Override
  public synchronized String toString() {
    double seconds = (System.nanoTime() - begun) / 1e9;
    return String.format(Locale.ROOT, "%s %d/%d, %.1f s%s", name, done, total, seconds,
        message.isEmpty() ? "" : ", " + message);
  }
}
