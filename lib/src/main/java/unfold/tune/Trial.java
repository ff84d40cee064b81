package unfold.tune;

/**
 * One trial: settings, and what became of them.
 *
 * @param number its number, from 0
 * @param settings what was tried
 * @param outcome how it ended; null while it runs
 * @param seconds how long it took; 0 while it runs
 */
public record Trial(int number, Settings settings, Outcome outcome, double seconds) {

  /** Returns a trial that runs. */
  public static Trial running(int number, Settings settings) {
    return new Trial(number, settings, null, 0);
  }

  /** Returns this trial at its end. */
  public Trial ended(Outcome outcome, double seconds) {
    return new Trial(number, settings, outcome, seconds);
  }

  /** Returns whether it has ended. */
  public boolean hasEnded() {
    return outcome != null;
  }

  /** Returns whether it ended so. */
  public boolean is(Outcome.Status status) {
    return outcome != null && outcome.status() == status;
  }

  /** Returns its validation value; NaN unless it is complete. */
  public double validation() {
    return outcome == null ? Double.NaN : outcome.validation();
  }
}
