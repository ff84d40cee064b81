package unfold.tune;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import unfold.Check;
import unfold.tune.Outcome.Status;

/**
 * A tuner at work: ask for a trial, run it, tell its outcome.
 *
 * <pre>{@code
 * Study study = new Study(GaussianProcessBandit.of(space, seed));
 * for (int k = 0; k < 100; k++) {
 *   Trial trial = study.ask();
 *   study.tell(trial.number(), Outcome.complete(loss(trial.settings())));
 * }
 * Trial best = study.best().get();
 * }</pre>
 *
 * Not safe for use by several threads at once; {@link Sweep} runs trials on several.
 */
public final class Study {
  private final Tuner tuner;
  private final List<Trial> trials = new ArrayList<>();

  /** Begins one. */
  public Study(Tuner tuner) {
    this(tuner, List.of());
  }

  /**
   * Goes on with one.
   *
   * @param trials the trials so far, numbered 0, 1, 2, ...; some may not have ended
   * @throws IllegalArgumentException if one has another number or settings that are not of the tuner's space
   */
  public Study(Tuner tuner, List<Trial> trials) {
    this.tuner = tuner;
    for (Trial trial : trials) {
      Check.that(trial.number() == this.trials.size(),
          "trials must be numbered 0, 1, 2, ..., but number %d follows %d", trial.number(),
          this.trials.size() - 1);
      tuner.space().check(trial.settings());
      this.trials.add(trial);
    }
  }

  /** Returns whether {@link #ask} has what it needs. */
  public boolean canAsk() {
    return waitsFor() < 0;
  }

  /** Returns the first of trials 0..k-q that has not ended; -1 if all have. */
  private int waitsFor() {
    for (int i = 0; i <= trials.size() - tuner.batch(); i++) {
      if (!trials.get(i).hasEnded()) {
        return i;
      }
    }
    return -1;
  }

  /**
   * Returns the next trial.
   *
   * @throws IllegalStateException if one of trials 0..k-q has not been told, or a finite space is used up
   */
  public Trial ask() {
    int missing = waitsFor();
    if (missing >= 0) {
      throw new IllegalStateException("trial " + trials.size() + " can be asked for once trial " + missing
          + " is told: in batches of " + tuner.batch() + ", the results before count");
    }
    Trial trial = Trial.running(trials.size(), tuner.suggest(trials()));
    trials.add(trial);
    return trial;
  }

  /**
   * Tells how a trial ended.
   *
   * @throws IllegalArgumentException if there is no such trial, it was told before or there is no outcome
   */
  public Trial tell(int number, Outcome outcome) {
    return tell(number, outcome, 0);
  }

  Trial tell(int number, Outcome outcome, double seconds) {
    Check.that(number >= 0 && number < trials.size() && !trials.get(number).hasEnded(),
        "number must be that of a trial that runs, but was %d", number);
    Check.that(outcome != null, "trial %d must be told an outcome, but was told null", number);
    Trial ended = trials.get(number).ended(outcome, seconds);
    trials.set(number, ended);
    return ended;
  }

  /** Returns all trials so far. */
  public List<Trial> trials() {
    return Collections.unmodifiableList(trials);
  }

  /** Returns the tuner. */
  public Tuner tuner() {
    return tuner;
  }

  /** Returns the complete trial of the lowest validation value, the first of equal ones. */
  public Optional<Trial> best() {
    return best(trials);
  }

  static Optional<Trial> best(List<Trial> trials) {
    Trial best = null;
    for (Trial trial : trials) {
      if (trial.is(Status.COMPLETE) && (best == null || trial.validation() < best.validation())) {
        best = trial;
      }
    }
    return Optional.ofNullable(best);
  }
}
