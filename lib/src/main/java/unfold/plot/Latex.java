package unfold.plot;

import java.util.regex.Pattern;

/**
 * Formulas, typeset in a notebook.
 *
 * @param text LaTeX in text mode; given as a bare formula, it is set as a displayed one
 */
public record Latex(String text) {
  /** What begins a formula by itself, unlike aligned, cases or a matrix. */
  private static final Pattern DISPLAY =
      Pattern.compile("(\\$|\\\\\\[|\\\\begin\\{(align|equation|gather|multline)\\*?}).*", Pattern.DOTALL);

  /** Encloses a bare formula. */
  public Latex {
    text = text.strip();
    if (!DISPLAY.matcher(text).matches()) {
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
