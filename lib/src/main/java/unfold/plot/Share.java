package unfold.plot;

/** Which panels of a chart have an axis in common. */
public enum Share {
  /** All of them. */
  ALL,
  /** Those of one row. */
  ROW,
  /** Those of one column. */
  COLUMN,
  /** None: every panel has its own range and ticks. */
  NONE
}
