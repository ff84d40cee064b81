package unfold.report;

/**
 * A result that took long, and how it was got.
 *
 * @param value the result
 * @param provenance how it was got
 * @param stored whether it was stored before, rather than got just now
 */
public record Result<T>(T value, Provenance provenance, boolean stored) {

  /** Returns where it is from: {@code stored: quick scale, seed 1, 2026-11-21, 48 s, commit 65235f2}. */
  @Override
  public String toString() {
    return (stored ? "stored: " : "made now: ") + provenance;
  }
}
