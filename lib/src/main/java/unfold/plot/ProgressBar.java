package unfold.plot;

import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CancellationException;
import unfold.Check;

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

  private final String name;
  private final long total;
  private final boolean shown = Notebook.isRunning();
  private final long begun = System.nanoTime();
  private long done;
  private long last = begun - EVERY;
  private String message = "";
  private String id;

  private ProgressBar(String name, long total) {
    this.name = name;
    this.total = total;
  }

  /** Starts a bar of {@code total} steps, at least 1. */
  public static ProgressBar of(String name, long total) {
    Check.that(total >= 1, "total must be at least 1, but was %d", total);
    return new ProgressBar(name, total);
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
    if (Thread.currentThread().isInterrupted()) {
      throw new CancellationException(name + " was interrupted after " + done + " steps");
    }
    done++;
    this.message = message;
    long now = System.nanoTime();
    if (now - last >= EVERY) {
      last = now;
      show("<progress value=\"" + done + "\" max=\"" + total + "\"></progress> ");
    }
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
    Map<String, ?> data = Map.of("text/html", bar + TableView.escape(text), "text/plain", text);
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
