package unfold.report;

import java.util.function.DoublePredicate;
import unfold.Check;

/**
 * Judges a measured value against what the paper says. A pure function; NaN passes none.
 *
 * <pre>{@code
 * Rule.within(0.95, 0.02)                       // the paper's number, and how near counts as the same
 * Rule.claim("fails the test", error -> error > 0)
 * }</pre>
 */
public final class Rule {
  private final String published;
  private final double number;
  private final DoublePredicate passes;
  private final Verdict pass;
  private final Verdict fail;

  private Rule(String published, double number, DoublePredicate passes, Verdict pass, Verdict fail) {
    this.published = published;
    this.number = number;
    this.passes = passes;
    this.pass = pass;
    this.fail = fail;
  }

  /** The value must be the published one, exactly. */
  public static Rule equal(double published) {
    return number(published, x -> x == published);
  }

  /** The value must lie within {@code tolerance}, at least 0, of the published one, both ends included. */
  public static Rule within(double published, double tolerance) {
    notNegative("tolerance", tolerance);
    return number(published, x -> Math.abs(x - published) <= tolerance);
  }

  /** The value must lie within a share of the published one: {@code relative(200, 0.1)} takes 180 to 220. */
  public static Rule relative(double published, double share) {
    notNegative("share", share);
    return number(published, x -> Math.abs(x - published) <= share * Math.abs(published));
  }

  /** The value must be at most the published bound. */
  public static Rule atMost(double bound) {
    Check.finite("bound", bound);
    return bound("at most " + Csv.number(bound), x -> x <= bound);
  }

  /** The value must be at least the published bound. */
  public static Rule atLeast(double bound) {
    Check.finite("bound", bound);
    return bound("at least " + Csv.number(bound), x -> x >= bound);
  }

  /** The value must lie between the published bounds, both included. */
  public static Rule between(double low, double high) {
    Check.that(low <= high, "low must be at most high, but they were %s and %s", low, high);
    return bound(Csv.number(low) + " to " + Csv.number(high), x -> x >= low && x <= high);
  }

  /**
   * The paper says something in words.
   *
   * @param claim the paper's claim, as it is shown: {@code "the distributions overlap"}
   * @param holds whether the measured value agrees with it
   */
  public static Rule claim(String claim, DoublePredicate holds) {
    Check.that(!claim.isBlank(), "claim must say something, but was blank");
    return new Rule(claim, Double.NaN, holds, Verdict.HOLDS, Verdict.CONTRADICTED);
  }

  /** The paper says nothing that the value could be held against. */
  public static Rule none() {
    return new Rule("", Double.NaN, x -> true, Verdict.NOT_PUBLISHED, Verdict.NOT_PUBLISHED);
  }

  /** Judges a value. */
  public Verdict judge(double measured) {
    if (Double.isNaN(measured)) {
      return Verdict.FAILED;
    }
    return passes.test(measured) ? pass : fail;
  }

  /** Returns what the paper says: a number, words, or nothing. */
  public String published() {
    return published;
  }

  /** Returns the published number, NaN where there is none. */
  public double number() {
    return number;
  }

  private static Rule number(double published, DoublePredicate passes) {
    Check.finite("published", published);
    return new Rule(Csv.number(published), published, passes, Verdict.REPRODUCED, Verdict.DIFFERS);
  }

  private static Rule bound(String published, DoublePredicate passes) {
    return new Rule(published, Double.NaN, passes, Verdict.REPRODUCED, Verdict.DIFFERS);
  }

  private static void notNegative(String name, double value) {
    Check.that(value >= 0 && Double.isFinite(value),
        "%s must be finite and at least 0, but was %s", name, value);
  }
}
