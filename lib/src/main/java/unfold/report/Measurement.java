package unfold.report;

import unfold.Scale;
import unfold.Seed;

/**
 * One row of a report.
 *
 * @param item figure, table or theorem: {@code "Figure 2 top"}
 * @param quantity what was measured: {@code "mean+ t=10"}
 * @param rule what the paper says, and how it judges
 * @param measured the value, NaN if there is none
 * @param unit its unit, empty for a plain number
 * @param data where the data come from
 * @param seconds how long the item has taken so far
 * @param stored how the stored result was got that it rests on; null if it rests on none
 */
public record Measurement(String item, String quantity, Rule rule, double measured, String unit, String data,
    double seconds, Provenance stored) {
  /** Returns how the value stands against the paper. */
  public Verdict verdict() {
    return rule.judge(measured);
  }

  Scale scale(Scale notebook) {
    return stored == null ? notebook : stored.scale();
  }

  Seed seed(Seed notebook) {
    return stored == null ? notebook : stored.seed();
  }
}
