package unfold.net;

import java.util.List;
import java.util.stream.Collectors;
import unfold.Check;
import unfold.cell.Diagram.Point;
import unfold.cell.SvgWriter;
import unfold.engine.Architecture;

/**
 * A network as a drawing, made of its description alone: the input at the bottom, the layers above it, the
 * output at the top, every parameter named once at the arrow that it belongs to. Either as it is, with a loop
 * for each state ("An Investigation of Memory", Figure 5a), or unfolded in time, as training sees it (Figure
 * 5b).
 *
 * <pre>{@code
 * NetworkDiagram.of(network)
 * NetworkDiagram.unfolded(network, 10)
 * }</pre>
 *
 * Names are written as the cells' paper writes them; the readout's, the projection's and the embedding's have
 * the indices out, proj and emb. Resting on one shows its full name, as {@link Architecture#blocks()} has it,
 * and its shape. Immutable; the same network gives the same drawing on every machine. Positions are in pixels
 * from the upper left corner.
 *
 * @param architecture the network
 * @param steps over how many steps it is unfolded, 0 if it is not
 * @param boxes the vectors, or, unfolded, what is computed at a step
 * @param labels the texts beside them
 * @param arrows what goes from where to where
 * @param width the drawing's width
 * @param height the drawing's height
 */
public record NetworkDiagram(Architecture architecture, int steps, List<Box> boxes, List<Label> labels,
    List<Arrow> arrows, double width, double height) {

  /** What a box stands for. */
  public enum Kind {
    /** The input. */
    INPUT,
    /** A projection or an embedding of it. */
    ENCODING,
    /** A layer of cells. */
    LAYER,
    /** The output. */
    READOUT,
    /** A layer at all the steps that are not drawn. */
    PAUSE
  }

  /**
   * A box, from its upper left corner.
   *
   * @param kind what it stands for
   * @param layer the layer's index from 0; -1 for what is no layer
   * @param step how many steps before t it is at, 0 where nothing is unfolded
   * @param units how many units it has if it is drawn as a row of them, 0 if as a box with a text
   * @param text what stands in it
   */
  public record Box(Kind kind, int layer, int step, int units, String text, double x, double y, double width,
      double height) {
    Box moved(double dx, double dy) {
      return new Box(kind, layer, step, units, text, x + dx, y + dy, width, height);
    }
  }

  /**
   * A line of text: formulas with commas between them, then words.
   *
   * @param x its left end
   * @param y its middle
   * @param formulas in the subset of LaTeX that {@link SvgWriter} sets
   * @param words may be empty
   * @param parameters the names of the parameters that it names, as {@link Architecture#blocks()} has them
   */
  public record Label(double x, double y, List<String> formulas, String words, List<String> parameters) {
    /** Copies the lists. */
    public Label {
      formulas = List.copyOf(formulas);
      parameters = List.copyOf(parameters);
    }

    /** Returns about how wide it is. */
    public double width() {
      double width = formulas.stream().mapToDouble(f -> SvgWriter.width(f, SIZE)).sum();
      width += COMMA * Math.max(0, formulas.size() - 1);
      return width + (words.isEmpty() ? 0 : SvgWriter.width(words, SMALL) + (formulas.isEmpty() ? 0 : SPACE));
    }

    /** Returns how high it is. */
    public double height() {
      return SIZE + 2;
    }

    Label moved(double dx, double dy) {
      return new Label(x + dx, y + dy, formulas, words, parameters);
    }
  }

  /**
   * An arrow.
   *
   * @param points the corners of its way, level and upright in turn
   * @param isCut whether gradients don't pass it
   */
  public record Arrow(List<Point> points, boolean isCut) {
    /** Copies the list. */
    public Arrow {
      points = List.copyOf(points);
    }

    Arrow moved(double dx, double dy) {
      return new Arrow(points.stream().map(p -> new Point(p.x() + dx, p.y() + dy)).toList(), isCut);
    }
  }

  /** The size of labels' letters. */
  static final double SIZE = 15;
  private static final double SMALL = 13;
  private static final double COMMA = 8;
  private static final double SPACE = 7;
  private static final double LINE = 1.4;
  private static final double RADIUS = 6.5;
  private static final double CUT = 6;
  private static final String CUT_COLOUR = "#d1242f";
  private static final String GREY = "#495057";
  /** A vector of more units is drawn as some of them. */
  private static final int UNITS = 7;

  /** Copies the lists. */
  public NetworkDiagram {
    boxes = List.copyOf(boxes);
    labels = List.copyOf(labels);
    arrows = List.copyOf(arrows);
  }

  /** Draws a network as it is. */
  public static NetworkDiagram of(Architecture architecture) {
    return NetworkLayout.folded(architecture);
  }

  /** Draws a network as it is. */
  public static NetworkDiagram of(Network network) {
    return of(network.architecture());
  }

  /**
   * Draws a network unfolded in time: copies of its layers side by side, the state passed on between them
   * and, at the first, cut off from what was before. Of many steps the first and the last three are drawn.
   *
   * @param steps how many steps back gradients flow, at least 1
   */
  public static NetworkDiagram unfolded(Architecture architecture, int steps) {
    return NetworkLayout.unfolded(architecture, Check.atLeast("steps", steps, 1));
  }

  /**
   * Draws a network unfolded in time.
   *
   * @param steps how many steps back gradients flow, at least 1
   */
  public static NetworkDiagram unfolded(Network network, int steps) {
    return unfolded(network.architecture(), steps);
  }

  /** Returns what it is a drawing of: {@code RNN 100, unfolded over 10 steps}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    architecture.layers().forEach(layer -> text.append(text.length() == 0 ? "" : ", ")
        .append(layer.cell().name()).append(' ').append(layer.units()));
    return text + (steps == 0 ? "" : ", unfolded over " + steps + (steps == 1 ? " step" : " steps"));
  }

  /** Returns the drawing as SVG, on a white ground. */
  public String svg() {
    SvgWriter drawing = new SvgWriter();
    arrows.forEach(arrow -> draw(drawing, arrow));
    boxes.forEach(box -> draw(drawing, box));
    labels.forEach(label -> draw(drawing, label));
    return drawing.svg(Math.ceil(width), Math.ceil(height), "Network of " + this);
  }

  private static void draw(SvgWriter drawing, Arrow arrow) {
    List<double[]> way = arrow.points.stream().map(p -> new double[] {p.x(), p.y()})
        .collect(Collectors.toList());
    double[] tip = way.get(way.size() - 1);
    double[] before = way.get(way.size() - 2);
    double dx = Math.signum(tip[0] - before[0]);
    double dy = Math.signum(tip[1] - before[1]);
    drawing.arrowhead(tip[0], tip[1], dx, dy, SvgWriter.INK);
    tip[0] -= 5 * dx;
    tip[1] -= 5 * dy;
    drawing.lines(List.of(way), p -> true, SvgWriter.INK, LINE);
    if (arrow.isCut) {
      double x = way.get(0)[0] + 12;
      double y = way.get(0)[1];
      for (int i = 0; i < 2; i++) {
        double[] low = {x + 4 * i - 3, y + CUT};
        double[] high = {x + 4 * i + 3, y - CUT};
        drawing.lines(List.of(List.of(low, high)), p -> false, CUT_COLOUR, 2);
      }
    }
  }

  private void draw(SvgWriter drawing, Box box) {
    double y = box.y + box.height / 2;
    if (box.kind == Kind.PAUSE) {
      for (int i = -1; i <= 1; i++) {
        drawing.disc(box.x + box.width / 2 + 8 * i, y, 2, SvgWriter.INK);
      }
      return;
    }
    drawing.box(box.x, box.y, box.width, box.height, 7, fill(box.kind), SvgWriter.INK);
    if (box.units == 0) {
      drawing.words(box.x + (box.width - SvgWriter.width(box.text, SIZE)) / 2, y + 5, SIZE, box.text,
          SvgWriter.INK);
    } else {
      units(drawing, box);
    }
  }

  /** Writes a vector as a row of units, of many the first and the last ones; of symbols one is chosen. */
  private void units(SvgWriter drawing, Box box) {
    int places = Math.min(box.units, UNITS);
    double apart = Math.min(30, box.width / (places + 0.4));
    double y = box.y + box.height / 2;
    for (int i = 0; i < places; i++) {
      double x = box.x + box.width / 2 + (i - (places - 1) / 2.0) * apart;
      if (places < box.units && i == places / 2) {
        for (int dot = -1; dot <= 1; dot++) {
          drawing.disc(x + 7 * dot, y, 1.6, SvgWriter.INK);
        }
      } else {
        boolean chosen = box.kind == Kind.INPUT && architecture.embedded() && i == places - 2;
        drawing.circle(x, y, RADIUS, chosen ? SvgWriter.INK : "#ffffff", SvgWriter.INK);
      }
    }
  }

  private static String fill(Kind kind) {
    return kind == Kind.LAYER ? "#fdf0d0" : kind == Kind.ENCODING ? "#e7f0fa" : "#f2f2f2";
  }

  private void draw(SvgWriter drawing, Label label) {
    if (!label.parameters.isEmpty()) {
      StringBuilder shapes = new StringBuilder();
      for (String name : label.parameters) {
        Architecture.Block block = architecture.block(name);
        shapes.append(shapes.length() == 0 ? "" : ", ")
            .append(name).append(": ").append(NetworkLayout.shape(block));
      }
      drawing.begin(shapes.toString());
    }
    double x = label.x;
    double base = label.y + 5;
    for (int i = 0; i < label.formulas.size(); i++) {
      if (i > 0) {
        drawing.words(x, base, SIZE, ",", SvgWriter.INK);
        x += COMMA;
      }
      drawing.formula(x, base, SIZE, "start", label.formulas.get(i), SvgWriter.INK);
      x += SvgWriter.width(label.formulas.get(i), SIZE);
    }
    if (!label.words.isEmpty()) {
      drawing.words(x + (label.formulas.isEmpty() ? 0 : SPACE), base, SMALL, label.words, GREY);
    }
    if (!label.parameters.isEmpty()) {
      drawing.end();
    }
  }
}
