package unfold.cell;

import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Writes a line drawing as SVG: on white, in fonts that every system has, letters as in print. Labels are
 * formulas in a small subset of LaTeX: {@code h_{t-1}}, {@code c_{t}^{in}}, {@code s~_{t}}.
 */
public final class SvgWriter {
  /** The colour of text and lines. */
  public static final String INK = "#212529";
  private static final String FONT = "'Times New Roman', Times, 'Liberation Serif', serif";
  private static final Pattern FORMULA = Pattern.compile("([^_^~]*)(~?)(?:_\\{([^}]*)})?(?:\\^\\{([^}]*)})?");
  private static final Pattern RUNS = Pattern.compile("[\\p{L}\\p{M}]+|[^\\p{L}\\p{M}]+");
  private static final double SMALL = 0.7;
  private static final double ROUNDING = 6;

  private final StringBuilder body = new StringBuilder();

  /** Writes a rectangle. */
  public void box(double x, double y, double width, double height, double radius, String fill,
      String stroke) {
    body.append(format("<rect x='%s' y='%s' width='%s' height='%s' rx='%s' fill='%s' stroke='%s'/>%n",
        number(x), number(y), number(width), number(height), number(radius), fill, stroke));
  }

  /** Writes a circle. */
  public void circle(double x, double y, double radius, String fill, String stroke) {
    body.append(format("<circle cx='%s' cy='%s' r='%s' fill='%s' stroke='%s'/>%n", number(x), number(y),
        number(radius), fill, stroke));
  }

  /** Writes a filled disc. */
  public void disc(double x, double y, double radius, String fill) {
    body.append(format("<circle cx='%s' cy='%s' r='%s' fill='%s'/>%n", number(x), number(y), number(radius),
        fill));
  }

  /**
   * Writes lines that may lie on one another as one stroke.
   *
   * @param lines each the points {x, y} that it goes through
   * @param rounded whether the corner at a point is round
   */
  public void lines(List<List<double[]>> lines, Predicate<double[]> rounded, String colour, double width) {
    StringBuilder path = new StringBuilder();
    for (List<double[]> points : lines) {
      path.append(path.length() == 0 ? "M" : " M").append(pair(points.get(0)));
      for (int i = 1; i < points.size() - 1; i++) {
        double[] corner = points.get(i);
        double r = !rounded.test(corner) ? 0 : Math.min(ROUNDING,
            Math.min(distance(points.get(i - 1), corner), distance(corner, points.get(i + 1))) / 2);
        path.append(" L").append(pair(towards(corner, points.get(i - 1), r)));
        if (r > 0) {
          path.append(" Q").append(pair(corner)).append(' ')
              .append(pair(towards(corner, points.get(i + 1), r)));
        }
      }
      path.append(" L").append(pair(points.get(points.size() - 1)));
    }
    body.append(format("<path d='%s' fill='none' stroke='%s' stroke-width='%s'/>%n", path, colour,
        number(width)));
  }

  /** Writes an arrowhead with its tip at a point, pointing along (dx, dy), a vector of length 1. */
  public void arrowhead(double x, double y, double dx, double dy, String colour) {
    double length = 8;
    double half = 3.4;
    body.append(format("<path d='M%s L%s L%s L%s Z' fill='%s'/>%n", pair(x, y),
        pair(x - length * dx + half * dy, y - length * dy - half * dx),
        pair(x - 0.75 * length * dx, y - 0.75 * length * dy),
        pair(x - length * dx - half * dy, y - length * dy + half * dx), colour));
  }

  /** Writes an arrow from (x0, y0) to (x1, y1), drawn towards (cx, cy) on its way. */
  public void arrow(double x0, double y0, double cx, double cy, double x1, double y1, String colour,
      double width) {
    double length = Math.hypot(x1 - cx, y1 - cy);
    double dx = (x1 - cx) / length;
    double dy = (y1 - cy) / length;
    body.append(format("<path d='M%s Q%s %s' fill='none' stroke='%s' stroke-width='%s'/>%n", pair(x0, y0),
        pair(cx, cy), pair(x1 - 5 * dx, y1 - 5 * dy), colour, number(width)));
    arrowhead(x1, y1, dx, dy, colour);
  }

  /**
   * Writes a formula, letters in italics.
   *
   * @param anchor what of the text is at x: {@code start}, {@code middle} or {@code end}
   */
  public void formula(double x, double y, double size, String anchor, String formula, String colour) {
    Matcher m = FORMULA.matcher(formula);
    double left = x - (anchor.equals("middle") ? width(formula, size) / 2 : anchor.equals("end")
        ? width(formula, size) : 0);
    StringBuilder text = new StringBuilder();
    if (!m.matches()) {
      text.append(letters(formula));
    } else {
      text.append(letters(m.group(1) + (m.group(2).isEmpty() ? "" : "\u0303")));
      String below = m.group(3);
      String above = m.group(4);
      double raised = 0;
      if (below != null) {
        text.append(script(below, size, 0.24 * size, 0));
        raised = -0.24 * size;
      }
      if (above != null) {
        double back = below == null ? 0 : -SMALL * size * textWidth(below);
        text.append(script(above, size, raised - 0.42 * size, back + 0.06 * size));
      }
    }
    body.append(format("<text x='%s' y='%s' font-size='%s' fill='%s'>%s</text>%n", number(left), number(y),
        number(size), colour, text));
  }

  private static String script(String text, double size, double dy, double dx) {
    return format("<tspan dx='%s' dy='%s' font-size='%s'>%s</tspan>", number(dx), number(dy),
        number(SMALL * size), letters(text.replaceAll("(\\p{L})~", "$1\u0303")));
  }

  /** One or two letters stand for quantities, in italics; longer words, figures and signs are upright. */
  private static String letters(String text) {
    StringBuilder set = new StringBuilder();
    Matcher m = RUNS.matcher(text);
    while (m.find()) {
      String run = escape(m.group()).replace('-', '\u2212');
      int length = m.group().replace("\u0303", "").length();
      boolean italic = Character.isLetter(m.group().charAt(0)) && length < 3;
      set.append(italic ? "<tspan font-style='italic'>" + run + "</tspan>" : run);
    }
    return set.toString();
  }

  /** Returns about how wide a formula is when set in this size. */
  public static double width(String formula, double size) {
    Matcher m = FORMULA.matcher(formula);
    if (!m.matches()) {
      return size * textWidth(formula);
    }
    double scripts = Math.max(m.group(3) == null ? 0 : textWidth(m.group(3)),
        m.group(4) == null ? 0 : textWidth(m.group(4)));
    return size * (textWidth(m.group(1)) + SMALL * scripts);
  }

  /** In units of the font's size, for Times. */
  private static double textWidth(String text) {
    return text.chars().mapToDouble(c -> "ijlt,;. ()[]|'".indexOf(c) >= 0 ? 0.28
        : "MW".indexOf(c) >= 0 ? 0.84 : "mw\u2212+-=\u00d7".indexOf(c) >= 0 ? 0.68
        : Character.isUpperCase(c) ? 0.66 : "rs".indexOf(c) >= 0 ? 0.39
        : "cez".indexOf(c) >= 0 ? 0.44 : 0.5).sum();
  }

  /** Writes words, upright. */
  public void words(double x, double y, double size, String words, String colour) {
    body.append(format("<text x='%s' y='%s' font-size='%s' fill='%s'>%s</text>%n", number(x), number(y),
        number(size), colour, escape(words)));
  }

  /** Begins a group with a description, which browsers show when the pointer rests on it. */
  public void begin(String description) {
    body.append("<g><title>").append(escape(description)).append("</title>\n");
  }

  /** Ends the group. */
  public void end() {
    body.append("</g>\n");
  }

  /** Returns the drawing, {@code width} by {@code height} in size. */
  public String svg(double width, double height, String title) {
    String head = format("<svg xmlns='http://www.w3.org/2000/svg' width='%s' height='%s' viewBox='0 0 %s %s' "
        + "style='max-width:100%%;height:auto' role='img' font-family=\"%s\">%n<title>%s</title>%n"
        + "<rect width='100%%' height='100%%' fill='#ffffff'/>%n", number(width), number(height),
        number(width), number(height), FONT, escape(title));
    return head + body + "</svg>\n";
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  private static String format(String format, Object... arguments) {
    return String.format(Locale.ROOT, format.replace("%n", "\n"), arguments);
  }

  private static double[] towards(double[] from, double[] to, double by) {
    double d = distance(from, to);
    return d == 0 ? from : new double[] {from[0] + (to[0] - from[0]) * by / d, from[1]
        + (to[1] - from[1]) * by / d};
  }

  private static double distance(double[] a, double[] b) {
    return Math.abs(a[0] - b[0]) + Math.abs(a[1] - b[1]);
  }

  private static String pair(double[] point) {
    return pair(point[0], point[1]);
  }

  private static String pair(double x, double y) {
    return number(x) + " " + number(y);
  }

  /** At most two decimals, none where they are zero. */
  private static String number(double value) {
    long hundredths = Math.round(value * 100);
    return hundredths % 100 == 0 ? Long.toString(hundredths / 100)
        : String.format(Locale.ROOT, "%.2f", hundredths / 100.0).replaceFirst("0$", "");
  }
}
