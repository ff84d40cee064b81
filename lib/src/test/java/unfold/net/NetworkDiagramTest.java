package unfold.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.w3c.dom.Element;
import unfold.Seed;
import unfold.cell.CapacityCells;
import unfold.cell.Catalogue;
import unfold.cell.Cell;
import unfold.cell.Diagram.Point;
import unfold.cell.Expr;
import unfold.cell.F1bCells;
import unfold.cell.McrmCells;
import unfold.cell.MemoryCells;
import unfold.cell.RandomCells;
import unfold.engine.Architecture;
import unfold.engine.Architecture.Block;
import unfold.engine.Architecture.Readout;
import unfold.engine.Loss;
import unfold.net.NetworkDiagram.Arrow;
import unfold.net.NetworkDiagram.Box;
import unfold.net.NetworkDiagram.Kind;
import unfold.net.NetworkDiagram.Label;

/**
 * Every parameter named once, every state led on, nothing on top of anything else: for networks of every
 * form.
 */
class NetworkDiagramTest {
  private static final int RANDOM_CELLS = 40;

  /** Every cell at every depth, with and without all that may stand around layers. */
  @TestFactory
  Stream<DynamicTest> networksOfEveryForm() {
    List<Architecture> all = new ArrayList<>();
    Catalogue.cells().forEach(cell -> {
      for (int depth = 1; depth <= 4; depth++) {
        all.add(encoded(cell, depth).learnedInitialState().readout(2).loss(Loss.LOGISTIC).architecture());
      }
      all.add(encoded(cell, 1).architecture());
      all.add(Network.inputs(10_000).embedded(24).layer(cell, 24).readout(3).architecture());
    });
    all.add(tied());
    for (int seed = 1; seed <= RANDOM_CELLS; seed++) {
      Cell cell = RandomCells.any(Seed.of(seed));
      all.add(encoded(cell, 1 + seed % 2).readout(new Readout(7, seed % 2 == 0, true, false)).architecture());
    }
    return all.stream().flatMap(net -> Stream.of(
        NetworkDiagram.of(net), NetworkDiagram.unfolded(net, 2), NetworkDiagram.unfolded(net, 35)))
        .map(diagram -> DynamicTest.dynamicTest(diagram.toString(), () -> check(diagram)));
  }

  private static Network.Builder encoded(Cell cell, int depth) {
    Network.Builder network = Network.inputs(3);
    return cell.isSquare() ? network.projected().layers(depth, cell, 24) : network.layers(depth, cell, 24);
  }

  private static Architecture tied() {
    return Network.inputs(10_000).embedded(650).layers(2, McrmCells.lstm(), 650).readout(Readout.tied(10_000))
        .loss(Loss.SOFTMAX_CROSS_ENTROPY).architecture();
  }

  private static Architecture memory() {
    return Network.inputs(3).layer(MemoryCells.rnn(), 100).readout(new Readout(3, false, true, false))
        .loss(Loss.SQUARED_ERROR).architecture();
  }

  private static void check(NetworkDiagram diagram) throws Exception {
    assertEquals(sorted(diagram.architecture().blocks().stream().map(Block::name)),
        sorted(diagram.labels().stream().flatMap(label -> label.parameters().stream())), "named once");
    List<double[]> areas = new ArrayList<>();
    diagram.boxes().forEach(b -> areas.add(
        new double[] {b.x(), b.y(), b.x() + b.width(), b.y() + b.height()}));
    diagram.labels().forEach(l -> areas.add(
        new double[] {l.x(), l.y() - l.height() / 2, l.x() + l.width(), l.y() + l.height() / 2}));
    for (int i = 0; i < areas.size(); i++) {
      double[] a = areas.get(i);
      assertTrue(a[0] >= 0 && a[1] >= 0 && a[2] <= diagram.width() && a[3] <= diagram.height(),
          () -> describe(a) + " is outside");
      for (int j = 0; j < i; j++) {
        double[] b = areas.get(j);
        assertTrue(a[2] <= b[0] || b[2] <= a[0] || a[3] <= b[1] || b[3] <= a[1],
            () -> describe(a) + " overlaps " + describe(b));
      }
    }
    diagram.arrows().forEach(arrow -> keepsClear(arrow, areas));
    oneStateOneWire(diagram);
    String svg = diagram.svg();
    assertEquals(svg, (diagram.steps() == 0 ? NetworkDiagram.of(diagram.architecture())
        : NetworkDiagram.unfolded(diagram.architecture(), diagram.steps())).svg(), "the same drawing twice");
    Element root = DocumentBuilderFactory.newInstance().newDocumentBuilder()
        .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8))).getDocumentElement();
    assertTrue(root.getAttribute("viewBox").matches("0 0 \\d+ \\d+"), root.getAttribute("viewBox"));
    assertFalse(svg.contains("NaN") || svg.contains("null"), svg);
  }

  private static List<String> sorted(Stream<String> names) {
    return names.sorted().collect(Collectors.toList());
  }

  private static String describe(double[] area) {
    return String.format("%.0f..%.0f, %.0f..%.0f", area[0], area[2], area[1], area[3]);
  }

  /** An arrow runs level and upright, and through nothing. */
  private static void keepsClear(Arrow arrow, List<double[]> areas) {
    for (int i = 1; i < arrow.points().size(); i++) {
      Point a = arrow.points().get(i - 1);
      Point b = arrow.points().get(i);
      assertTrue(a.x() == b.x() != (a.y() == b.y()), arrow::toString);
      for (double[] area : areas) {
        assertTrue(Math.max(a.x(), b.x()) <= area[0] + 0.5 || Math.min(a.x(), b.x()) >= area[2] - 0.5
            || Math.max(a.y(), b.y()) <= area[1] + 0.5 || Math.min(a.y(), b.y()) >= area[3] - 0.5,
            () -> arrow + " runs through " + describe(area));
      }
    }
  }

  /** A loop for each state, or, unfolded, a wire from step to step, of which the first is cut. */
  private static void oneStateOneWire(NetworkDiagram diagram) {
    int states = diagram.architecture().stateBlocks().size();
    assertEquals(diagram.steps() == 0 ? 0 : states, diagram.arrows().stream().filter(Arrow::isCut).count());
    for (Box box : diagram.boxes()) {
      if (box.kind() == Kind.LAYER || box.kind() == Kind.PAUSE) {
        int own = diagram.architecture().layers().get(box.layer()).cell().states().size();
        double side = diagram.steps() == 0 ? box.x() + box.width() : box.x();
        assertEquals(own, diagram.arrows().stream().filter(arrow -> {
          Point end = arrow.points().get(arrow.points().size() - 1);
          return Math.abs(end.x() - side) < 1e-9 && end.y() > box.y() && end.y() < box.y() + box.height();
        }).count(), () -> "states into " + box);
        assertEquals(own, diagram.arrows().stream().map(arrow -> arrow.points().get(0)).filter(start ->
            Math.abs(start.x() - box.x() - box.width()) < 1e-9 && start.y() > box.y()
            && start.y() < box.y() + box.height()).count(), () -> "states out of " + box);
      }
    }
  }

  private static List<String> labels(NetworkDiagram diagram) {
    return diagram.labels().stream().map(l -> (String.join(", ", l.formulas()) + " " + l.words()).strip())
        .collect(Collectors.toList());
  }

  @Test
  void thePapersNetworkIsWrittenInThePapersSymbols() {
    List<String> labels = labels(NetworkDiagram.of(memory()));
    assertEquals(sorted(Stream.of("Y(t)", "3 outputs, tanh", "W_{out} 3 \u00d7 100", "loss: squared error",
        "S(t)", "RNN, 100 units", "S(t-1)", "W 100 \u00d7 100", "W_{in} 100 \u00d7 3", "X(t)", "3 inputs")),
        sorted(labels.stream()));
  }

  @Test
  void manyStepsAreTheFirstAndTheLast() {
    NetworkDiagram diagram = NetworkDiagram.unfolded(memory(), 10);
    List<Integer> steps = diagram.boxes().stream().filter(b -> b.kind() == Kind.LAYER).map(Box::step)
        .collect(Collectors.toList());
    assertEquals(List.of(9, 2, 1, 0), steps);
    assertEquals(1, diagram.boxes().stream().filter(b -> b.kind() == Kind.PAUSE).count());
    List<String> labels = labels(diagram);
    for (String label : List.of("S(t-10)", "S(t-9)", "S(t-3)", "S(t-2)", "S(t-1)", "S(t)", "X(t-9)", "Y(t-2)",
        "unfolded over 10 steps, all with the same parameters; gradients flow no further back")) {
      assertEquals(1, labels.stream().filter(label::equals).count(), label);
    }
    assertFalse(labels.contains("S(t-4)"), "left out");
    NetworkDiagram few = NetworkDiagram.unfolded(memory(), 4);
    assertTrue(few.boxes().stream().noneMatch(b -> b.kind() == Kind.PAUSE), "four steps are all drawn");
    double x = 0;
    for (Box box : few.boxes()) {
      if (box.kind() == Kind.LAYER) {
        assertTrue(box.x() > x, "time runs to the right");
        x = box.x();
      }
    }
  }

  @Test
  void whatStandsAroundTheLayersIsSaid() {
    List<String> tied = labels(NetworkDiagram.of(tied()));
    assertTrue(tied.containsAll(List.of("one of 10,000 symbols", "W_{emb} 10,000 \u00d7 650", "embedding",
        "the embedding's matrix", "b_{out} 10,000", "loss: softmax cross-entropy")), tied::toString);
    assertEquals(2, tied.stream().filter("h_{t-1}, c_{t-1}"::equals).count(), "both states in both layers");
    Architecture learned = Network.inputs(2).layer(CapacityCells.gru(Expr::tanh, 1), 24).learnedInitialState()
        .readout(1).architecture();
    assertTrue(labels(NetworkDiagram.of(learned)).contains("h_{0} 24, learned"));
    assertTrue(labels(NetworkDiagram.unfolded(learned, 3)).contains("h_{0} learned start"));
    Architecture bare = Network.inputs(2).layer(F1bCells.rnn(), 1).architecture();
    assertTrue(NetworkDiagram.of(bare).boxes().stream().noneMatch(b -> b.kind() == Kind.READOUT));
  }

  @Test
  void restingOnANameShowsItsShape() {
    String svg = NetworkDiagram.unfolded(tied(), 3).svg();
    assertTrue(svg.contains("<title>2.W_hi: 650 \u00d7 650, 2.W_hf: 650 \u00d7 650"), svg);
    assertTrue(svg.contains("<title>Network of LSTM 650, LSTM 650, unfolded over 3 steps</title>"), svg);
  }

  @Test
  void layersAreDrawnFromTheInputUp() {
    Network stack = Network.inputs(2).layer(F1bCells.rnn(), 3).layer(McrmCells.lstm(), 5).build();
    double y = Double.POSITIVE_INFINITY;
    for (Box box : NetworkDiagram.of(stack).boxes()) {
      assertTrue(box.y() < y, box::toString);
      y = box.y();
    }
    List<String> names = labels(NetworkDiagram.of(stack));
    assertTrue(names.contains("RNN, 3 units") && names.contains("LSTM, 5 units"), names::toString);
    assertEquals(NetworkDiagram.of(stack.architecture()).svg(), NetworkDiagram.of(stack).svg());
    assertEquals(List.of(3, 5), NetworkDiagram.of(stack).boxes().stream().filter(b -> b.kind() == Kind.LAYER)
        .map(Box::units).collect(Collectors.toList()));
  }

  @Test
  void stepsMustBeAtLeastOne() {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> NetworkDiagram.unfolded(memory(), 0));
    assertEquals("steps must be at least 1, but was 0", e.getMessage());
  }
}
