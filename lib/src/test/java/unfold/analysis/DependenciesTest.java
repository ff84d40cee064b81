package unfold.analysis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.w3c.dom.Element;
import unfold.Seed;
import unfold.cell.Catalogue;
import unfold.cell.Cell;
import unfold.cell.Expr;
import unfold.cell.RandomCells;
import unfold.engine.Batch;
import unfold.engine.Interpreter;
import unfold.engine.Program;
import unfold.net.Network;

/** What is read off the zeros against what changes when one number changes. */
class DependenciesTest {
  private static final int UNITS = 3;
  private static final int INPUTS = 2;

  /** Figure 1 of the flagged-bit paper. */
  @Test
  void theNetworkOfTheorem3() {
    Dependencies d = Dependencies.of(new TwoUnitRnn(0.4, -1.7, 0.5).network());
    assertEquals(List.of(Set.of(0, 1), Set.of()), d.states());
    assertEquals(List.of(Set.of(), Set.of(0, 1)), d.inputs());
    assertEquals(List.of("s^1", "s^2"), d.names());
  }

  @TestFactory
  Stream<DynamicTest> smoothCellsDependOnWhatChangesThem() {
    Set<Expr.Op> kinked = Set.of(Expr.Op.RELU, Expr.Op.CLAMP);
    return Catalogue.cells().filter(cell -> cell.nodes().stream().noneMatch(e -> kinked.contains(e.op())))
        .map(cell -> DynamicTest.dynamicTest(cell.name(), () -> {
          Network one = sparse(Network.inputs(INPUTS).layer(cell, UNITS).build(), Seed.of(1));
          assertEquals(changes(one), dependencies(one), "one layer");
          Network two = sparse(Network.inputs(INPUTS).layers(2, cell, UNITS).build(), Seed.of(2));
          assertEquals(changes(two), dependencies(two), "two layers");
        }));
  }

  @TestFactory
  Stream<DynamicTest> nothingElseChangesRandomCells() {
    return IntStream.rangeClosed(1, 60).mapToObj(seed -> DynamicTest.dynamicTest("seed " + seed, () -> {
      Cell cell = RandomCells.bounded(Seed.of(seed));
      Network network = sparse(Network.inputs(cell.isSquare() ? UNITS : INPUTS).layer(cell, UNITS).build(),
          Seed.of(seed));
      List<Set<Integer>> found = dependencies(network);
      List<Set<Integer>> changed = changes(network);
      for (int s = 0; s < found.size(); s++) {
        assertTrue(found.get(s).containsAll(changed.get(s)), changed.get(s) + " in " + found.get(s));
      }
    }));
  }

  @Test
  void aGateThatIsAlwaysShutCuts() {
    Cell cell = Cell.define("gated", (eq, x, h) -> eq.next(h, Expr.relu(eq.affine("g")).times(h)
        .plus(eq.linear("i", x))));
    Network open = Network.inputs(1).layer(cell, 1).build().set("b_g", 1).set("W_i", 1);
    assertEquals(List.of(Set.of(0)), Dependencies.of(open).states());
    Network shut = open.copy().set("b_g", -1);
    assertEquals(List.of(Set.of()), Dependencies.of(shut).states());
    assertEquals(List.of(Set.of(0)), Dependencies.of(shut).inputs());
  }

  @Test
  void theDrawingHasItsNodesAndArrows() throws Exception {
    Dependencies d = Dependencies.of(new TwoUnitRnn(0.4, -1.7, 0.5).network()).named("S^1", "S^2");
    Element svg = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new ByteArrayInputStream(
        d.svg(4, "X^I", "X^F").getBytes(StandardCharsets.UTF_8))).getDocumentElement();
    assertEquals(4 * 2, svg.getElementsByTagName("circle").getLength(), "states");
    assertEquals(1 + 4 * 2, svg.getElementsByTagName("rect").getLength(), "ground and inputs");
    // Four dependencies a step, each a line and its head, and the beginnings of two beyond the last step.
    assertEquals(4 * 4 * 2 + 2, svg.getElementsByTagName("path").getLength(), "arrows");
    assertTrue(svg.getTextContent().contains("X"));
  }

  @Test
  void badNamesAndSteps() {
    Dependencies d = Dependencies.of(new TwoUnitRnn(0.4, -1.7, 0.5).network());
    assertEquals("there must be 2 names of states, but there are 1",
        assertThrows(IllegalArgumentException.class, () -> d.named("S")).getMessage());
    assertEquals("there must be 2 names of inputs, but there are 0",
        assertThrows(IllegalArgumentException.class, () -> d.svg(4)).getMessage());
    assertEquals("the number of steps must be at least 2, but was 1",
        assertThrows(IllegalArgumentException.class, () -> d.svg(1, "X^I", "X^F")).getMessage());
  }

  private static Network sparse(Network network, Seed seed) {
    Seed.Stream random = seed.stream("sparse");
    for (int i = 0; i < network.theta().length; i++) {
      network.theta()[i] = random.nextInt(2) == 0 ? 0 : random.nextGaussian();
    }
    return network;
  }

  /** For each state, the inputs and, counted on from them, the states that it is said to depend on. */
  private static List<Set<Integer>> dependencies(Network network) {
    Dependencies d = Dependencies.of(network);
    List<Set<Integer>> all = new ArrayList<>();
    for (int s = 0; s < d.states().size(); s++) {
      Set<Integer> set = new TreeSet<>(d.inputs().get(s));
      d.states().get(s).forEach(from -> set.add(d.inputCount() + from));
      all.add(set);
    }
    return all;
  }

  /** The same by changing each number in turn. */
  private static List<Set<Integer>> changes(Network network) {
    int inputs = network.architecture().inputs();
    int states = network.architecture().stateWidth();
    Seed.Stream random = Seed.of(3).stream("values");
    double[] values = IntStream.range(0, inputs + states).mapToDouble(i -> random.nextGaussian()).toArray();
    List<Set<Integer>> all = new ArrayList<>();
    IntStream.range(0, states).forEach(s -> all.add(new TreeSet<>()));
    double[] before = step(network, values, inputs);
    for (int i = 0; i < values.length; i++) {
      double[] other = values.clone();
      other[i] += 0.7;
      double[] after = step(network, other, inputs);
      for (int s = 0; s < states; s++) {
        if (after[s] != before[s]) {
          all.get(s).add(i);
        }
      }
    }
    return all;
  }

  private static double[] step(Network network, double[] values, int inputs) {
    try (Program program = new Interpreter().compile(network.architecture())) {
      Batch batch = Batch.of(1, 1, java.util.Arrays.copyOf(values, inputs))
          .from(java.util.Arrays.copyOfRange(values, inputs, values.length));
      return program.run(network.theta(), batch, false).finalBS();
    }
  }
}
