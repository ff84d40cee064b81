package unfold.plot;

/**
 * Formulas, typeset in a notebook.
 *
 * @param text LaTeX: with its own {@code $$} or {@code \begin}, else it is set as a displayed formula
 */
public record Latex(String text) {
  /** Encloses a bare formula. */
  public Latex {
    text = text.strip();
    if (!text.startsWith("$") && !text.startsWith("\\begin") && !text.startsWith("\\[")) {
      text = "$$" + text + "$$";
    }
  }

  /** Returns formulas. */
  public static Latex of(String text) {
    return new Latex(text);
  }

  @Override
  public String toString() {
    return text;
  }
}
