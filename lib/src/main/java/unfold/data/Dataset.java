package unfold.data;

/** What every data set can say of itself, for titles, tables and report rows. */
public sealed interface Dataset permits Digits, Corpus {

  /**
   * Returns the name to show: that of a stand-in or of a part says what it is, as {@code "text8, first
   * 7,475,756 bytes"}.
   */
  String name();

  /** Returns whose the data are and on which terms they may be used, in one sentence. */
  String licence();

  /** Returns one sentence on why generated data stand in for the real ones; empty if these are real. */
  String notice();

  /** Returns whether generated data stand in for the real ones. */
  default boolean isStandIn() {
    return !notice().isEmpty();
  }
}
