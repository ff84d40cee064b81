package unfold.engine.vector;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import unfold.engine.Architecture;
import unfold.engine.vector.CellPlan.Operand;
import unfold.engine.vector.CellPlan.Part;
import unfold.engine.vector.CellPlan.Slot;
import unfold.engine.vector.CellPlan.Term;
import unfold.engine.vector.Layout.LayerParts;
import unfold.engine.vector.Layout.Matrix;
import unfold.engine.vector.Layout.Vector;
import unfold.engine.vector.Node.Op;
import unfold.engine.vector.Plane.Kind;

/**
 * Writes the Java source of a network of few units as a subclass of {@link SimulationKernel}: a step is straight-line
 * code for its number of inputs and units, each number a vector of sequences. Sums are taken in the order of the
 * matrix products, biases first, so that the bits are those of {@link CellSource}'s programs.
 */
final class SimulationSource {
  static final String CLASS = "SimulationCode";
  /** About the most vector operations of a method: HotSpot's first compiler gives up on much larger ones. */
  private static final int MOST_OPERATIONS = 160;
  /** Vector operations that are to be under way at once, so that those of one vector's step hide another's latency. */
  private static final int UNDER_WAY = 120;
  /** Registers for each vector of sequences: its states and what is on its way to the next. */
  private static final int REGISTERS_EACH = 4;
  /** About how many vector operations the functions are. */
  private static final int FUNCTION = 25;
  private static final int CLAMP = 8;
  /** Numbers of inputs that stay in the first cache. */
  private static final int INPUTS_AT_ONCE = 1 << 13;

  private final Architecture a;
  private final Layout layout;
  private final Precision precision;
  private final int registers;
  private final String vector;
  private final CellPlan.Names names = new CellPlan.Names();
  private final Map<Double, String> constants = new LinkedHashMap<>();
  /** The variables of parameters, by where they lie in theta. */
  private final Map<List<Integer>, String> weights = new LinkedHashMap<>();
  /** The variables of all states before a step, and of their values after it. */
  private final List<String> states = new ArrayList<>();
  private final List<String> next = new ArrayList<>();
  private final StringBuilder step = new StringBuilder();

  private SimulationSource(Architecture a, Layout layout, Precision precision, int registers) {
    this.a = a;
    this.layout = layout;
    this.precision = precision;
    this.registers = registers;
    vector = precision.prefix() + "Vector";
    List.of("weights", "weightsAt", "inputs", "steps", "states", "statesAt", "w", "x", "s", "at", "j", "t", "k")
        .forEach(names::of);
  }

  /** Tells whether a network is small enough to be written so. */
  static boolean suits(Layout layout) {
    return layout.embedding == null && operations(layout) <= MOST_OPERATIONS;
  }

  /** Returns about how many vector operations a step takes. */
  private static long operations(Layout layout) {
    long sum = layout.projection == null ? 0 : (long) layout.projection.rows * layout.projection.columns;
    for (LayerParts layer : layout.layers) {
      for (Matrix term : layer.terms) {
        sum += (long) term.rows * term.columns;
      }
      Set<Node> nodes = new HashSet<>();
      layer.plan.nextStates.forEach(n -> reach(n, nodes));
      layer.plan.operands.forEach(o -> reach(o.value, nodes));
      layer.plan.output.forEach(p -> reach(p.value, nodes));
      for (Node node : nodes) {
        sum += (long) layer.units * operations(node.op);
      }
    }
    return sum;
  }

  private static int operations(Op op) {
    return op == Op.TANH || op == Op.SIGMOID ? FUNCTION : op == Op.CLAMP ? CLAMP : 1;
  }

  private static void reach(Node node, Set<Node> reached) {
    if (reached.add(node)) {
      node.operands.forEach(o -> reach(o, reached));
    }
  }

  /** Returns how many steps' inputs are asked for at once. */
  static int stepsAtOnce(Architecture a) {
    return Math.max(1, INPUTS_AT_ONCE / (SimulationKernel.WIDTH * a.inputs()));
  }

  /** A network's source, and which numbers of theta it wants: where several are named, their sum. */
  record Written(String source, List<List<Integer>> parameters) {}

  /** Writes the source for a network without an embedding, and for so many vector registers. */
  static Written of(Architecture a, Layout layout, Precision precision, int registers) {
    SimulationSource writer = new SimulationSource(a, layout, precision, registers);
    String source = writer.write();
    return new Written(source, List.copyOf(writer.weights.keySet()));
  }

  private String write() {
    List<String> x = new ArrayList<>();
    for (int i = 0; i < a.inputs(); i++) {
      x.add(declare("x_" + i, String.format("%s.fromArray(SPECIES, x, at + %d * WIDTH)", vector, i * stepsAtOnce(a))));
    }
    if (layout.projection != null) {
      x = projected(x);
    }
    for (LayerParts layer : layout.layers) {
      x = new LayerWriter(layer, x).write();
    }
    long fitting = Math.max(1, UNDER_WAY / operations(layout));
    int group = (int) Math.min(registers / REGISTERS_EACH, Long.highestOneBit(fitting));
    // The variables that carry the states from step to step.
    String[][] carried = new String[states.size()][group];
    eachState(group, (state, v) -> carried[state][v] = names.of(states.get(state) + "_of_" + v));
    StringBuilder out = new StringBuilder();
    CellSource.imports(out, precision);
    line(out, 0, "final class %s extends SimulationKernel {", CLASS);
    CellSource.species(out, precision);
    line(out, 1, "@Override");
    line(out, 1, "void run(Object weights, int weightsAt, Object inputs, int steps, Object states, int statesAt) {");
    line(out, 2, "for (int j = 0; j < WIDTH; j += %d * LANES) {", group);
    line(out, 3, "run((%s[]) weights, weightsAt, (%s[]) inputs, steps, j, (%s[]) states, statesAt + j);",
        precision.type(), precision.type(), precision.type());
    line(out, 2, "}");
    line(out, 1, "}");
    line(out, 0, "");
    line(out, 1, "private static void run(%s[] w, int k, %s[] x, int steps, int j, %s[] s, int from) {",
        precision.type(), precision.type(), precision.type());
    int number = 0;
    for (String weight : weights.values()) {
      line(out, 2, "final %s %s = %s.broadcast(SPECIES, w[k + %d]);", vector, weight, vector, number++);
    }
    ExpressionWriter.declarations(constants, precision).forEach(constant -> line(out, 2, constant));
    eachState(group, (state, v) -> line(out, 2, "%s %s = %s.fromArray(SPECIES, s, %s);", vector, carried[state][v],
        vector, place(state, v)));
    line(out, 2, "for (int t = 0; t < steps; t++) {");
    for (int v = 0; v < group; v++) {
      line(out, 3, "{");
      line(out, 4, "int at = t * WIDTH + j + %d * LANES;", v);
      for (int state = 0; state < states.size(); state++) {
        line(out, 4, "%s %s = %s;", vector, states.get(state), carried[state][v]);
      }
      step.toString().lines().forEach(l -> line(out, 4, "%s", l));
      for (int state = 0; state < states.size(); state++) {
        line(out, 4, "%s = %s;", carried[state][v], next.get(state));
      }
      line(out, 3, "}");
    }
    line(out, 2, "}");
    eachState(group, (state, v) -> line(out, 2, "%s.intoArray(s, %s);", carried[state][v], place(state, v)));
    line(out, 1, "}");
    line(out, 0, "}");
    return out.toString();
  }

  private interface StateAction {
    void at(int state, int v);
  }

  private void eachState(int group, StateAction action) {
    for (int state = 0; state < states.size(); state++) {
      for (int v = 0; v < group; v++) {
        action.at(state, v);
      }
    }
  }

  private static String place(int state, int v) {
    return "from + " + state + " * WIDTH + " + v + " * LANES";
  }

  private static void line(StringBuilder out, int depth, String format, Object... arguments) {
    CellSource.line(out, depth, format, arguments);
  }

  /** Writes the declaration of a variable and returns its name. */
  private String declare(String wish, String value) {
    String name = names.of(wish);
    line(step, 0, "%s %s = %s;", vector, name, value);
    return name;
  }

  private String weight(String wish, List<Integer> thetas) {
    return weights.computeIfAbsent(thetas, t -> names.of(wish));
  }

  private String bias(Vector bias, String wish, int unit) {
    return weight(wish + "_" + unit, IntStream.of(bias.thetas).mapToObj(theta -> theta + unit).toList());
  }

  /** Adds the products of a matrix's row, one after the other. */
  private String multiplied(Matrix matrix, String wish, int row, List<String> operands, String sum) {
    String value = sum;
    for (int column = 0; column < matrix.columns; column++) {
      String weight = weight(wish + "_" + row + "_" + column,
          List.of(matrix.theta + row * matrix.thetaStride + column));
      value = operands.get(column) + ".fma(" + weight + ", " + value + ")";
    }
    return value;
  }

  private List<String> projected(List<String> x) {
    List<String> values = new ArrayList<>();
    for (int row = 0; row < layout.projection.rows; row++) {
      values.add(declare("p_" + row, multiplied(layout.projection, "P", row, x, bias(layout.projectionBias, "P", row))));
    }
    return values;
  }

  /** Writes a layer's step, level after level as {@link CellSource} does. */
  private final class LayerWriter {
    private final LayerParts layer;
    private final CellPlan plan;
    /** The variables of planes, by unit or by input. */
    private final Map<Plane, List<String>> planes = new HashMap<>();
    private final Map<Node, List<String>> known = new HashMap<>();

    LayerWriter(LayerParts layer, List<String> x) {
      this.layer = layer;
      plan = layer.plan;
      planes.put(plan.input, x);
      for (Plane state : plan.states) {
        List<String> units = new ArrayList<>();
        for (int i = 0; i < layer.units; i++) {
          units.add(names.of(state.name + "_" + i));
        }
        planes.put(state, units);
        states.addAll(units);
      }
    }

    /** Returns the variables of the layer's output. */
    List<String> write() {
      for (int level = 0; level <= plan.lastSteadyLevel; level++) {
        level(true, level, List.of());
      }
      plan.slots.stream().filter(s -> s.steady && s.level > plan.lastSteadyLevel).forEach(this::sum);
      List<Node> last = new ArrayList<>(plan.nextStates);
      for (Part part : plan.output) {
        if (part.plane.kind == Kind.OUTPUT) {
          last.add(part.value);
        }
      }
      for (int level = 0; level <= plan.lastLevel; level++) {
        level(false, level, level == plan.lastLevel ? last : List.of());
      }
      plan.nextStates.forEach(n -> next.addAll(known.get(n)));
      List<String> output = new ArrayList<>();
      plan.output.forEach(part -> output.addAll(known.get(part.value)));
      return output;
    }

    private void level(boolean steady, int level, List<Node> last) {
      plan.slots.stream().filter(s -> s.steady == steady && s.level == level).forEach(this::sum);
      List<Node> targets = new ArrayList<>();
      for (Operand operand : plan.operands) {
        if (operand.steady == steady && operand.level == level) {
          targets.add(operand.value);
        }
      }
      targets.addAll(last);
      for (boolean wide : new boolean[] {true, false}) {
        List<Node> some = targets.stream().filter(t -> CellPlan.inputsWide(t) == wide).toList();
        Map<Node, List<String>> newlyKnown = new LinkedHashMap<>();
        for (int i = 0; i < (some.isEmpty() ? 0 : wide ? layer.inputs : layer.units); i++) {
          element(some, i, newlyKnown);
        }
        known.putAll(newlyKnown);
      }
      for (Operand operand : plan.operands) {
        if (operand.steady == steady && operand.level == level) {
          planes.put(operand.plane, known.get(operand.value));
        }
      }
    }

    /** Writes the sum of a slot's affine maps: first what is steady, then level by level. */
    private void sum(Slot slot) {
      List<Term> terms = new ArrayList<>();
      int levels = Math.max(plan.lastLevel, plan.lastSteadyLevel);
      for (boolean steady : new boolean[] {true, false}) {
        for (int level = 0; level <= levels; level++) {
          for (Term term : slot.terms) {
            if (plan.isSteady(term.operand) == steady && plan.levelOf(term.operand) == level) {
              terms.add(term);
            }
          }
        }
      }
      Vector bias = layer.biases[plan.slots.indexOf(slot)];
      List<String> units = new ArrayList<>();
      for (int i = 0; i < layer.units; i++) {
        String value = bias(bias, "b_" + slot.plane.name, i);
        for (Term term : terms) {
          value = multiplied(layer.terms[term.index], term.weight.name(), i, planes.get(term.operand), value);
        }
        units.add(declare(slot.plane.name + "_" + i, value));
      }
      planes.put(slot.plane, units);
    }

    /** Writes one unit's values. */
    private void element(List<Node> targets, int i, Map<Node, List<String>> newlyKnown) {
      ExpressionWriter writer = new ExpressionWriter(plan, precision, true, names, constants) {
        @Override
        boolean isKnown(Node node) {
          return node.op == Op.LOAD || known.containsKey(node);
        }

        @Override
        String known(Node node) {
          return known.containsKey(node) ? known.get(node).get(i) : planes.get(node.plane).get(i);
        }
      };
      for (Node node : writer.inOrder(targets)) {
        if (!writer.isKnown(node) && writer.needsName(node)) {
          String value = writer.definition(node);
          String name = writer.name(node, writer.nameOf(node) + "_" + i);
          line(step, 0, "%s %s = %s;", vector, name, value);
          if (writer.isKeptOnTheWay(node)) {
            newlyKnown.computeIfAbsent(node, n -> new ArrayList<>()).add(name);
          }
        }
      }
      for (Node target : targets) {
        List<String> units = newlyKnown.computeIfAbsent(target, n -> new ArrayList<>());
        if (units.size() == i) {
          String value = writer.value(target);
          units.add(value.matches("\\w+") ? value : declare("v_" + i, value));
        }
      }
    }
  }
}
