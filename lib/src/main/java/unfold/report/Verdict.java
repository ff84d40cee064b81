package unfold.report;

import java.util.Locale;

/** What comes of holding a measured value against the paper. */
public enum Verdict {
  /** The value agrees with the published one, within the stated tolerance. */
  REPRODUCED,
  /** The value does not agree with the published one. */
  DIFFERS,
  /** What the paper claims in words is seen. */
  HOLDS,
  /** The opposite of what the paper claims in words is seen. */
  CONTRADICTED,
  /** The paper gives nothing to hold the value against. */
  NOT_PUBLISHED,
  /** There is no value: the measurement gave NaN. */
  FAILED;

  /** Returns the verdict in words: {@code not published}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
