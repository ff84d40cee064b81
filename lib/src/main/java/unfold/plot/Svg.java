package unfold.plot;

import unfold.Check;

/**
 * A drawing in SVG, shown as a picture in a notebook.
 *
 * @param text the whole {@code <svg>} element; with a {@code viewBox}, and no reference to anything outside
 */
public record Svg(String text) {
  /** Checks that it is a drawing. */
  public Svg {
    text = text.strip();
    Check.that(text.startsWith("<svg") || text.startsWith("<?xml"),
        "text must be an <svg> element, but began with '%.20s'", text);
  }

  /** Returns a drawing. */
  public static Svg of(String text) {
    return new Svg(text);
  }

  @Override
  public String toString() {
    return "drawing (SVG, " + text.length() + " characters)";
  }
}
