package unfold.cell;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import unfold.Check;

/**
 * A cell's data flow as a drawing, made of its equations alone: time runs from the states at t-1 on the left
 * to those at t on the right, the input comes in from below, the output leaves at the top. Squares are
 * learned maps, W a + b and the activation of it if there is one; circles are operations on elements; a name
 * stands after what it names.
 *
 * <pre>{@code
 * Diagram.of(McrmCells.mcrm()).highlight("GRU part", "#1f5fbf", "r", "z", "n", "c").svg()
 * }</pre>
 *
 * Immutable; the same cell gives the same drawing on every machine. Positions are in pixels from the upper
 * left corner.
 *
 * @param cell the cell
 * @param nodes what is drawn: states at t-1, the input and the operations, states at t, output
 * @param edges wires along the operands; those of one node begin with one line and branch
 * @param frame the outline of the cell, on which states, input and output stand
 * @param width the drawing's width
 * @param height the drawing's height
 * @param parts which equations are drawn in a colour of their own
 */
public record Diagram(Cell cell, List<Node> nodes, List<Edge> edges, Frame frame, double width, double height,
    List<Part> parts) {

  /** What a node stands for. */
  public enum Kind {
    /** A state at t-1, on the frame's left side. */
    STATE,
    /** The input, on the frame's lower side. */
    INPUT,
    /** An affine map, with the activation that it goes into if it goes nowhere else. */
    MAP,
    /** An operation on elements, with its constant if it has one. */
    OPERATION,
    /** Vectors put one after the other. */
    CONCATENATION,
    /** A second name of a value. */
    NAME,
    /** A state at t, on the frame's right side. */
    NEXT,
    /** The output, on the frame's upper side. */
    OUTPUT
  }

  /**
   * One box, circle or end of a wire.
   *
   * @param id its index in {@link Diagram#nodes}
   * @param kind what it stands for
   * @param symbol the formula in it: an activation, a sign, a matrix, a state
   * @param name the formula beside it, the name of its value; empty if it has none
   * @param equation the name of the equation that it is part of; null for states at t-1, input and output
   * @param expressions the expressions that it draws; a state at t and the output have none of their own
   * @param x its middle
   * @param y its middle
   * @param width its width, 0 on the frame
   * @param height its height, 0 on the frame
   */
  public record Node(int id, Kind kind, String symbol, String name, String equation, List<Expr> expressions,
      double x, double y, double width, double height) {
    /** Copies the list. */
    public Node {
      expressions = List.copyOf(expressions);
    }
  }

  /**
   * A wire from a node to an operand of another.
   *
   * @param from the id of the node whose value it carries
   * @param to the id of the node it goes into
   * @param operand which of the operands it is
   * @param points the corners of its way, level and upright in turn
   */
  public record Edge(int from, int to, int operand, List<Point> points) {
    /** Copies the list. */
    public Edge {
      points = List.copyOf(points);
    }
  }

  /** A place in the drawing. */
  public record Point(double x, double y) {}

  /** The cell's outline, from its upper left corner. */
  public record Frame(double x, double y, double width, double height) {}

  /** Equations drawn in a colour, with a line in the legend. */
  public record Part(String legend, String colour, Set<String> equations) {
    /** Checks the colour. */
    public Part {
      Check.that(colour != null && colour.matches("#[0-9a-fA-F]{6}"),
          "a colour must be written as #1f5fbf, but was %s", colour);
      equations = Set.copyOf(equations);
    }
  }

  static final double SIZE = 17;
  private static final double SYMBOL = 16;
  private static final String MAP_FILL = "#fdf0d0";
  private static final String NAME_FILL = "#f2f2f2";
  private static final String FRAME_FILL = "#fafbfc";
  private static final String FRAME_LINE = "#b9c0c8";
  private static final double LINE = 1.4;
  private static final double LEGEND = 24;

  /** Copies the lists. */
  public Diagram {
    nodes = List.copyOf(nodes);
    edges = List.copyOf(edges);
    parts = List.copyOf(parts);
  }

  /** Draws a cell. */
  public static Diagram of(Cell cell) {
    return DiagramLayout.of(cell);
  }

  /**
   * Returns this drawing with some equations in a colour: all that is computed for them, and the wires into
   * it.
   *
   * @param legend what the colour stands for
   * @param colour as {@code #1f5fbf}
   * @param equations names of the cell's equations, a state's for its next value
   * @throws IllegalArgumentException if the cell has no such equation
   */
  public Diagram highlight(String legend, String colour, String... equations) {
    List<String> names = cell.equations().stream().map(Expr::name).toList();
    for (String equation : equations) {
      Check.that(names.contains(equation), "an equation of cell %s must be one of %s, but was '%s'",
          cell.name(), names, equation);
    }
    List<Part> more = new ArrayList<>(parts);
    more.add(new Part(legend, colour, Set.of(equations)));
    return new Diagram(cell, nodes, edges, frame, width, height + (parts.isEmpty() ? LEGEND : 0), more);
  }

  private String colour(Node node) {
    boolean inside = node.kind != Kind.NEXT && node.equation != null;
    return parts.stream().filter(p -> inside && p.equations.contains(node.equation)).map(Part::colour)
        .findFirst().orElse(SvgWriter.INK);
  }

  private String colour(Edge edge) {
    return colour(nodes.get(edge.to));
  }

  /** Returns the drawing as SVG, on a white ground; resting on a node shows its expression. */
  public String svg() {
    SvgWriter drawing = new SvgWriter();
    drawing.box(frame.x, frame.y, frame.width, frame.height, 14, FRAME_FILL, FRAME_LINE);
    Map<Integer, List<Edge>> bySource = new LinkedHashMap<>();
    edges.forEach(e -> bySource.computeIfAbsent(e.from, k -> new ArrayList<>()).add(e));
    bySource.values().forEach(wire -> draw(drawing, wire));
    nodes.forEach(node -> draw(drawing, node));
    double x = frame.x;
    for (Part part : parts) {
      double y = height - LEGEND / 2;
      drawing.lines(List.of(List.of(new double[] {x, y}, new double[] {x + 26, y})), p -> true, part.colour,
          2.4);
      drawing.words(x + 33, y + 5, 14, part.legend, SvgWriter.INK);
      x += 33 + 7 * part.legend.length() + 26;
    }
    return drawing.svg(Math.ceil(width), Math.ceil(height), "Data flow of " + cell.name());
  }

  /**
   * A wire with all its branches: coloured ones first, so that what they share with the others is not
   * coloured.
   */
  private void draw(SvgWriter drawing, List<Edge> wire) {
    Set<Point> junctions = junctions(wire);
    Set<String> colours = new LinkedHashSet<>();
    wire.forEach(e -> colours.add(colour(e)));
    if (colours.remove(SvgWriter.INK)) {
      colours.add(SvgWriter.INK);
    }
    for (String colour : colours) {
      List<List<double[]>> lines = new ArrayList<>();
      for (Edge edge : wire) {
        if (colour(edge).equals(colour)) {
          lines.add(line(drawing, edge, colour, colour.equals(SvgWriter.INK) ? List.of() : wire));
        }
      }
      drawing.lines(lines, p -> !junctions.contains(new Point(p[0], p[1])), colour, LINE);
    }
    for (Point junction : junctions) {
      boolean plain = wire.stream().anyMatch(e -> colour(e).equals(SvgWriter.INK)
          && e.points.contains(junction));
      drawing.disc(junction.x, junction.y, 2.6, plain ? SvgWriter.INK : colours.iterator().next());
    }
  }

  /**
   * A branch from outside the frame, if it begins or ends there, to inside its arrowhead, which is drawn;
   * without what it shares with plain branches of its wire.
   */
  private List<double[]> line(SvgWriter drawing, Edge edge, String colour, List<Edge> wire) {
    List<Point> own = edge.points;
    for (Edge other : wire) {
      if (colour(other).equals(SvgWriter.INK)) {
        List<Point> rest = after(other.points, edge.points);
        own = rest.size() < own.size() || rest.size() == own.size() && !rest.equals(edge.points) ? rest : own;
      }
    }
    List<double[]> way = new ArrayList<>();
    own.forEach(p -> way.add(new double[] {p.x, p.y}));
    Kind source = nodes.get(edge.from).kind;
    Kind goal = nodes.get(edge.to).kind;
    boolean whole = own == edge.points;
    way.get(0)[0] -= whole && source == Kind.STATE ? 10 : 0;
    way.get(0)[1] += whole && source == Kind.INPUT ? 12 : 0;
    double[] tip = way.get(way.size() - 1);
    double[] before = way.get(way.size() - 2);
    double dx = Math.signum(tip[0] - before[0]);
    double dy = Math.signum(tip[1] - before[1]);
    double beyond = goal == Kind.NEXT || goal == Kind.OUTPUT ? 12 : -1;
    drawing.arrowhead(tip[0] + beyond * dx, tip[1] + beyond * dy, dx, dy, colour);
    tip[0] += (beyond - 5) * dx;
    tip[1] += (beyond - 5) * dy;
    return way;
  }

  /** What of a way comes after it has left another with the same beginning. */
  private static List<Point> after(List<Point> other, List<Point> way) {
    int k = 1;
    while (k < Math.min(other.size(), way.size()) - 1 && other.get(k).equals(way.get(k))) {
      k++;
    }
    Point from = way.get(k - 1);
    Point a = other.get(k);
    Point b = way.get(k);
    boolean level = a.y == from.y && b.y == from.y && (a.x - from.x) * (b.x - from.x) > 0;
    boolean upright = a.x == from.x && b.x == from.x && (a.y - from.y) * (b.y - from.y) > 0;
    boolean otherFirst = Math.hypot(a.x - from.x, a.y - from.y) < Math.hypot(b.x - from.x, b.y - from.y);
    List<Point> rest = new ArrayList<>(way.subList(k, way.size()));
    rest.add(0, level || upright ? otherFirst ? a : b : from);
    return rest;
  }

  /** Where a wire's branches part: corners from which it goes three ways. */
  private static Set<Point> junctions(List<Edge> wire) {
    Set<Point> found = new LinkedHashSet<>();
    for (Edge edge : wire) {
      for (Point p : edge.points.subList(1, edge.points.size() - 1)) {
        Set<String> ways = new HashSet<>();
        wire.forEach(other -> ways(other, p, ways));
        if (ways.size() > 2) {
          found.add(p);
        }
      }
    }
    return found;
  }

  private static void ways(Edge edge, Point p, Set<String> ways) {
    for (int i = 1; i < edge.points.size(); i++) {
      Point a = edge.points.get(i - 1);
      Point b = edge.points.get(i);
      if (a.y == p.y && b.y == p.y) {
        addIf(Math.min(a.x, b.x) < p.x && p.x <= Math.max(a.x, b.x), "left", ways);
        addIf(Math.min(a.x, b.x) <= p.x && p.x < Math.max(a.x, b.x), "right", ways);
      }
      if (a.x == p.x && b.x == p.x) {
        addIf(Math.min(a.y, b.y) < p.y && p.y <= Math.max(a.y, b.y), "up", ways);
        addIf(Math.min(a.y, b.y) <= p.y && p.y < Math.max(a.y, b.y), "down", ways);
      }
    }
  }

  private static void addIf(boolean holds, String way, Set<String> ways) {
    if (holds) {
      ways.add(way);
    }
  }

  private void draw(SvgWriter drawing, Node node) {
    String colour = colour(node);
    drawing.begin(description(node));
    double x = node.x;
    double y = node.y;
    switch (node.kind) {
      case STATE:
        drawing.formula(x - 14, y + 5, SIZE, "end", node.symbol, SvgWriter.INK);
        break;
      case NEXT:
        drawing.formula(x + 16, y + 5, SIZE, "start", node.symbol, SvgWriter.INK);
        break;
      case INPUT:
        drawing.formula(x, y + 12 + SIZE, SIZE, "middle", node.symbol, SvgWriter.INK);
        break;
      case OUTPUT:
        drawing.formula(x, y - 20, SIZE, "middle", node.symbol, SvgWriter.INK);
        break;
      default:
        box(drawing, node, colour);
        drawing.formula(x, y + 5, SYMBOL, "middle", node.symbol, colour);
        if (!node.name.isEmpty()) {
          drawing.formula(x + node.width / 2 + 3, y - 5, SYMBOL, "start", node.name, colour);
        }
    }
    drawing.end();
  }

  private static void box(SvgWriter drawing, Node node, String colour) {
    boolean map = node.kind == Kind.MAP;
    double radius = map || node.kind == Kind.CONCATENATION ? 5 : node.height / 2;
    drawing.box(node.x - node.width / 2, node.y - node.height / 2, node.width, node.height, radius,
        map ? MAP_FILL : node.kind == Kind.NAME ? NAME_FILL : "#ffffff", colour);
  }

  private static String description(Node node) {
    return node.expressions.isEmpty() ? node.kind == Kind.OUTPUT ? "output" : "state " + node.equation
        + " at t" : node.expressions.get(0).toString();
  }
}
