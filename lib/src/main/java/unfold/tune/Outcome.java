package unfold.tune;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import unfold.Check;

/**
 * What became of a trial.
 *
 * <pre>{@code
 * return Outcome.complete(validationLoss).evaluation(evaluationLoss).steps(updates).measure("bits", bits);
 * return Outcome.infeasible("the loss was NaN at update 312");
 * }</pre>
 *
 * @param status how it ended
 * @param reason why it is infeasible, or the stack of what was thrown; empty for a complete one
 * @param validation the value that the tuner makes small: finite if complete, else NaN
 * @param evaluation the value that is reported, on data that neither training nor tuner saw; NaN if there is
 *     none
 * @param measures other numbers by name, in the order in which they were added
 * @param steps how many updates were made; 0 if it was not said
 */
public record Outcome(Status status, String reason, double validation, double evaluation,
    Map<String, Double> measures, long steps) {

  /** How a trial ended. */
  public enum Status {
    /** It has a validation value. */
    COMPLETE,
    /** It diverged: the settings are bad, which the tuner learns. */
    INFEASIBLE,
    /** It threw an exception, which says nothing of the settings. */
    FAILED
  }

  /** Checks the arguments, and keeps a copy of the measures. */
  public Outcome {
    measures = Collections.unmodifiableMap(new LinkedHashMap<>(measures));
    Check.that(status != null && reason != null,
        "an outcome must have a status and a reason, maybe empty, but they were %s and %s", status, reason);
    Check.that(status == Status.COMPLETE ? Double.isFinite(validation) : Double.isNaN(validation),
        "the validation value must be finite if the trial is complete, else NaN, but was %s", validation);
    Check.that(steps >= 0, "steps must be at least 0, but was %d", steps);
  }

  /**
   * Returns a complete trial's outcome; one whose value is NaN or infinite has diverged and is infeasible.
   */
  public static Outcome complete(double validation) {
    return Double.isFinite(validation)
        ? new Outcome(Status.COMPLETE, "", validation, Double.NaN, Map.of(), 0)
        : infeasible("the validation value was " + validation);
  }

  /** Returns the outcome of settings that can't be used. */
  public static Outcome infeasible(String reason) {
    return new Outcome(Status.INFEASIBLE, reason, Double.NaN, Double.NaN, Map.of(), 0);
  }

  /** Returns the outcome of a trial that threw. */
  public static Outcome failed(Throwable thrown) {
    StringWriter stack = new StringWriter();
    thrown.printStackTrace(new PrintWriter(stack, true));
    return new Outcome(Status.FAILED, stack.toString(), Double.NaN, Double.NaN, Map.of(), 0);
  }

  /** Returns this outcome with the value that is reported. */
  public Outcome evaluation(double value) {
    return new Outcome(status, reason, validation, value, measures, steps);
  }

  /** Returns this outcome with the number of updates that were made. */
  public Outcome steps(long count) {
    return new Outcome(status, reason, validation, evaluation, measures, count);
  }

  /** Returns this outcome with one more number to be kept. */
  public Outcome measure(String name, double value) {
    Map<String, Double> more = new LinkedHashMap<>(measures);
    more.put(name, value);
    return new Outcome(status, reason, validation, evaluation, more, steps);
  }
}
