package unfold.cell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.w3c.dom.Element;
import unfold.Seed;
import unfold.cell.Diagram.Edge;
import unfold.cell.Diagram.Kind;
import unfold.cell.Diagram.Node;
import unfold.cell.Diagram.Point;

/**
 * Every expression drawn once, every operand a wire, nothing on top of anything else: for the papers' cells
 * and any others.
 */
class DiagramTest {
  private static final int RANDOM_CELLS = 300;

  @TestFactory
  Stream<DynamicTest> everyCellOfThePapers() {
    return Catalogue.cells().map(cell -> DynamicTest.dynamicTest(cell.name(), () -> check(cell, true)));
  }

  @TestFactory
  Stream<DynamicTest> randomCells() {
    return IntStream.rangeClosed(1, RANDOM_CELLS).mapToObj(seed -> DynamicTest.dynamicTest("seed " + seed,
        () -> check(RandomCells.any(Seed.of(seed)), seed % 10 == 0)));
  }

  private static void check(Cell cell, boolean twice) throws Exception {
    Diagram diagram = Diagram.of(cell);
    Map<Expr, Node> nodeOf = nodeOf(diagram);
    expressionsAreDrawnOnce(cell, diagram, nodeOf);
    operandsAreWires(cell, diagram, nodeOf);
    wiresAreOperands(cell, diagram, nodeOf);
    boxesStandApart(diagram);
    wiresKeepClear(diagram);
    wiresStayApart(diagram);
    String svg = diagram.svg();
    if (twice) {
      assertEquals(svg, Diagram.of(cell).svg(), "the same drawing twice");
    }
    wellFormed(svg, diagram);
  }

  private static Map<Expr, Node> nodeOf(Diagram diagram) {
    Map<Expr, Node> nodeOf = new HashMap<>();
    for (Node node : diagram.nodes()) {
      for (Expr e : node.expressions()) {
        assertTrue(nodeOf.put(e, node) == null, () -> e + " is drawn twice");
      }
    }
    return nodeOf;
  }

  private static void expressionsAreDrawnOnce(Cell cell, Diagram diagram, Map<Expr, Node> nodeOf) {
    for (Expr e : cell.nodes()) {
      assertEquals(!e.isConstant(), nodeOf.containsKey(e), () -> e + " is drawn");
    }
    List<Expr> all = new ArrayList<>(cell.nodes());
    all.addAll(cell.states());
    assertTrue(all.containsAll(nodeOf.keySet()), "nothing else is drawn");
    assertEquals(cell.states().size(), count(diagram, Kind.STATE));
    assertEquals(cell.states().size(), count(diagram, Kind.NEXT));
    assertEquals(1, count(diagram, Kind.OUTPUT));
    for (int i = 0; i < diagram.nodes().size(); i++) {
      assertEquals(i, diagram.nodes().get(i).id());
    }
  }

  private static long count(Diagram diagram, Kind kind) {
    return diagram.nodes().stream().filter(n -> n.kind() == kind).count();
  }

  private static void operandsAreWires(Cell cell, Diagram diagram, Map<Expr, Node> nodeOf) {
    for (Expr e : cell.nodes()) {
      long vectors = 0;
      for (Expr operand : e.operands()) {
        if (!operand.isConstant()) {
          vectors++;
          Node from = nodeOf.get(operand);
          Node to = nodeOf.get(e);
          boolean together = from == to && (e.op() == Expr.Op.LET || to.kind() == Kind.MAP);
          assertTrue(together || isWire(diagram, from, to), () -> operand + " goes into " + e);
        }
      }
      if (!e.isConstant() && nodeOf.get(e).kind() == Kind.OPERATION && e.op() != Expr.Op.LET) {
        Node node = nodeOf.get(e);
        assertEquals(vectors, diagram.edges().stream().filter(edge -> edge.to() == node.id()).count(),
            e::toString);
      }
    }
    for (Expr state : cell.states()) {
      Node next = diagram.nodes().stream().filter(n -> n.kind() == Kind.NEXT && n.equation()
          .equals(state.name())).findFirst().orElseThrow();
      assertTrue(isWire(diagram, nodeOf.get(cell.next(state)), next), () -> "wire to next " + state);
    }
    Node output = diagram.nodes().get(diagram.nodes().size() - 1);
    assertTrue(isWire(diagram, nodeOf.get(cell.output()), output), "wire to the output");
  }

  private static boolean isWire(Diagram diagram, Node from, Node to) {
    return diagram.edges().stream().anyMatch(e -> e.from() == from.id() && e.to() == to.id());
  }

  private static void wiresAreOperands(Cell cell, Diagram diagram, Map<Expr, Node> nodeOf) {
    for (Edge edge : diagram.edges()) {
      Node to = diagram.nodes().get(edge.to());
      Node from = diagram.nodes().get(edge.from());
      boolean justified = to.kind() == Kind.OUTPUT ? nodeOf.get(cell.output()) == from
          : to.kind() == Kind.NEXT ? cell.states().stream().anyMatch(s -> s.name().equals(to.equation())
              && nodeOf.get(cell.next(s)) == from)
          : to.expressions().stream().anyMatch(e -> e.operands().stream().anyMatch(o ->
          nodeOf.get(o) == from));
      assertTrue(justified, () -> "wire from " + from + " to " + to);
    }
  }

  private static void boxesStandApart(Diagram diagram) {
    for (Node a : diagram.nodes()) {
      inside(diagram, new Point(a.x() - a.width() / 2, a.y() - a.height() / 2));
      inside(diagram, new Point(a.x() + a.width() / 2, a.y() + a.height() / 2));
      for (Node b : diagram.nodes()) {
        boolean apart = a == b || Math.abs(a.x() - b.x()) >= (a.width() + b.width()) / 2 + 4
            || Math.abs(a.y() - b.y()) >= (a.height() + b.height()) / 2 + 4;
        assertTrue(apart, () -> a + " overlaps " + b);
      }
    }
  }

  private static void inside(Diagram diagram, Point p) {
    assertTrue(p.x() >= 0 && p.x() <= diagram.width() && p.y() >= 0 && p.y() <= diagram.height(),
        () -> p + " is outside " + diagram.width() + " x " + diagram.height());
  }

  /** Wires run level or upright, from box to box and through none. */
  private static void wiresKeepClear(Diagram diagram) {
    for (Edge edge : diagram.edges()) {
      List<Point> way = edge.points();
      assertTrue(way.size() > 1, "a wire has two ends");
      touches(diagram.nodes().get(edge.from()), way.get(0));
      touches(diagram.nodes().get(edge.to()), way.get(way.size() - 1));
      for (int i = 1; i < way.size(); i++) {
        Point a = way.get(i - 1);
        Point b = way.get(i);
        inside(diagram, b);
        assertTrue(a.x() == b.x() != (a.y() == b.y()), () -> "level or upright: " + edge);
        for (Node node : diagram.nodes()) {
          boolean clear = Math.max(a.x(), b.x()) <= node.x() - node.width() / 2 + 0.5
              || Math.min(a.x(), b.x()) >= node.x() + node.width() / 2 - 0.5
              || Math.max(a.y(), b.y()) <= node.y() - node.height() / 2 + 0.5
              || Math.min(a.y(), b.y()) >= node.y() + node.height() / 2 - 0.5;
          assertTrue(clear, () -> edge + " runs through " + node);
        }
      }
    }
  }

  private static void touches(Node node, Point p) {
    double dx = Math.abs(Math.abs(p.x() - node.x()) - node.width() / 2);
    double dy = Math.abs(Math.abs(p.y() - node.y()) - node.height() / 2);
    assertTrue(Math.min(dx, dy) < 1e-9 && Math.abs(p.x() - node.x()) <= node.width() / 2 + 1e-9
        && Math.abs(p.y() - node.y()) <= node.height() / 2 + 1e-9, () -> p + " is at the rim of " + node);
  }

  /** Wires of different values cross but never lie on one another. */
  private static void wiresStayApart(Diagram diagram) {
    for (Edge a : diagram.edges()) {
      for (Edge b : diagram.edges()) {
        for (int i = 1; i < a.points().size() && a.from() < b.from(); i++) {
          for (int j = 1; j < b.points().size(); j++) {
            assertFalse(overlap(a.points().get(i - 1), a.points().get(i), b.points().get(j - 1),
                b.points().get(j)), () -> a + " lies on " + b);
          }
        }
      }
    }
  }

  private static boolean overlap(Point a, Point b, Point c, Point d) {
    boolean level = a.y() == b.y() && c.y() == d.y() && Math.abs(a.y() - c.y()) < 2;
    boolean upright = a.x() == b.x() && c.x() == d.x() && Math.abs(a.x() - c.x()) < 2;
    return level && shared(a.x(), b.x(), c.x(), d.x()) > 1 || upright && shared(a.y(), b.y(), c.y(),
        d.y()) > 1;
  }

  private static double shared(double a, double b, double c, double d) {
    return Math.min(Math.max(a, b), Math.max(c, d)) - Math.max(Math.min(a, b), Math.min(c, d));
  }

  private static void wellFormed(String svg, Diagram diagram) throws Exception {
    Element root = DocumentBuilderFactory.newInstance().newDocumentBuilder()
        .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8))).getDocumentElement();
    assertEquals("svg", root.getTagName());
    assertEquals(diagram.nodes().size(), root.getElementsByTagName("g").getLength());
    assertTrue(root.getAttribute("viewBox").matches("0 0 \\d+ \\d+"), root.getAttribute("viewBox"));
    assertFalse(svg.contains("NaN") || svg.contains("null"), svg);
  }

  @Test
  void anLstmHasItsBoxes() {
    Diagram lstm = Diagram.of(McrmCells.lstm());
    assertEquals(List.of("h_{t-1}", "c_{t-1}", "x_{t}", "\u03c3", "\u03c3", "\u00d7", "tanh", "\u00d7", "+",
        "\u03c3", "tanh",
        "\u00d7", "h_{t}", "c_{t}", "h_{t}"), lstm.nodes().stream().map(Node::symbol).toList());
    assertEquals(List.of("i_{t}", "f_{t}", "o_{t}"), lstm.nodes().stream().map(Node::name)
        .filter(n -> !n.isEmpty()).toList());
  }

  @Test
  void statesRunStraightThroughTheLstm() {
    Diagram lstm = Diagram.of(McrmCells.lstm());
    for (String state : List.of("h", "c")) {
      Node before = node(lstm, Kind.STATE, state + "_{t-1}");
      Node after = node(lstm, Kind.NEXT, state + "_{t}");
      assertEquals(before.y(), after.y(), state);
      assertTrue(before.x() < after.x());
    }
  }

  private static Node node(Diagram diagram, Kind kind, String symbol) {
    Node found = diagram.nodes().stream().filter(n -> n.kind() == kind && n.symbol().equals(symbol))
        .findFirst().orElse(null);
    assertNotNull(found, symbol);
    return found;
  }

  @Test
  void thePapersCellsAreReadableAtNotebookWidth() {
    Catalogue.cells().map(Diagram::of).forEach(d -> assertTrue(d.width() <= 950, d.cell().name() + ": "
        + d.width()));
  }

  @Test
  void aPartIsColoured() {
    Diagram plain = Diagram.of(McrmCells.mcrm());
    Diagram parted = plain.highlight("GRU part", "#1f5fbf", "r", "z", "n", "c");
    assertFalse(plain.svg().contains("#1f5fbf"));
    assertTrue(parted.svg().contains("#1f5fbf"));
    assertTrue(parted.svg().contains(">GRU part</text>"));
    assertEquals(plain.nodes(), parted.nodes());
    String message = assertThrows(IllegalArgumentException.class, () -> plain.highlight("part", "#1f5fbf",
        "q")).getMessage();
    assertEquals("an equation of cell MCRM must be one of [i, f, x^GRU, r, z, n, c, o, h], but was 'q'",
        message);
    assertThrows(IllegalArgumentException.class, () -> plain.highlight("part", "blue", "r"));
  }
}
