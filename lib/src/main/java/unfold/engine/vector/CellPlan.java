package unfold.engine.vector;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import unfold.Check;
import unfold.cell.Cell;
import unfold.cell.Expr;
import unfold.cell.Parameter;
import unfold.cell.Width;
import unfold.engine.vector.Node.Graph;
import unfold.engine.vector.Node.Op;
import unfold.engine.vector.Plane.Kind;

/**
 * What a cell's program computes in which order, for any number of inputs and units.
 *
 * <p>The affine maps cut a step into levels: level 0 knows the input and the states before the step, level k + 1 also what
 * affine maps make of level k. Each level is one fused loop, followed by the matrix products of its values. What depends
 * on the input alone is <i>steady</i>: its products are taken for all steps at once, before the first.
 *
 * <p>The backward step takes the levels the other way round. Its expressions are the derivatives of the forward's,
 * written by the same graph of nodes.
 */
final class CellPlan {

  /** A matrix, or some of its columns, that multiplies an operand. */
  static final class Term {
    final Slot slot;
    final Plane operand;
    final Parameter weight;
    /** The first of its columns in the weight, as a width. */
    final Width from;
    /** Its place among all terms. */
    int index;

    Term(Slot slot, Plane operand, Parameter weight, Width from) {
      this.slot = slot;
      this.operand = operand;
      this.weight = weight;
      this.from = from;
    }
  }

  /** A sum of affine maps: its elements are known once all products have been added to it. */
  static final class Slot {
    final Plane plane;
    /** Where the derivative by the sum is written. */
    Plane gradient;
    final List<Term> terms = new ArrayList<>();
    final List<Parameter> biases = new ArrayList<>();
    boolean steady;
    int level;

    Slot(String name) {
      plane = new Plane(Kind.SLOT, name, false);
      gradient = plane;
    }
  }

  /** A value that is multiplied by matrices, kept in a plane of its own. */
  static final class Operand {
    final Plane plane;
    final Plane gradient;
    final Node value;
    final boolean steady;
    final int level;

    Operand(Plane plane, Plane gradient, Node value, boolean steady, int level) {
      this.plane = plane;
      this.gradient = gradient;
      this.value = value;
      this.steady = steady;
      this.level = level;
    }
  }

  /** A part of the output: a state after the step, or a plane of its own. */
  static final class Part {
    final Node value;
    final Plane plane;
    final boolean next;
    final Plane gradient;

    Part(Node value, Plane plane, boolean next, Plane gradient) {
      this.value = value;
      this.plane = plane;
      this.next = next;
      this.gradient = gradient;
    }
  }

  /** Where a node's value can be read after it was computed. */
  record Location(Plane plane, boolean next) {}

  final Cell cell;
  final Graph graph = new Graph();
  final Plane input;
  final Plane inputGradient;
  final List<Plane> states = new ArrayList<>();
  final List<Plane> stateGradients = new ArrayList<>();
  final List<Plane> earlierGradients = new ArrayList<>();
  final List<Node> nextStates = new ArrayList<>();
  final List<Part> output = new ArrayList<>();
  final List<Slot> slots = new ArrayList<>();
  final List<Term> terms = new ArrayList<>();
  final List<Operand> operands = new ArrayList<>();
  /** All planes, each at its index. */
  List<Plane> planes = List.of();
  /** Where the backward step finds what the forward step kept. */
  final Map<Node, Location> kept = new LinkedHashMap<>();
  /** The names of nodes that are equations. */
  final Map<Node, String> names = new HashMap<>();
  /** The last level of a step, and of what is steady; -1 if nothing steady is multiplied but the input. */
  final int lastLevel;
  final int lastSteadyLevel;

  /** The names of planes. */
  final Names unique = new Names();
  private final Map<Expr, List<Node>> nodes = new HashMap<>();
  private final Map<Expr, Integer> uses = new HashMap<>();
  private final Map<Plane, Slot> slotOf = new LinkedHashMap<>();

  CellPlan(Cell cell) {
    this.cell = cell;
    boolean inputsWide = !cell.isSquare();
    input = new Plane(Kind.INPUT, unique.of("x"), inputsWide);
    inputGradient = new Plane(Kind.INPUT_GRADIENT, unique.of("d_x"), inputsWide);
    for (Expr state : cell.states()) {
      String name = state.name();
      states.add(new Plane(Kind.STATE, unique.of(name), false));
      stateGradients.add(new Plane(Kind.STATE_GRADIENT, unique.of("d_" + name), false));
      earlierGradients.add(new Plane(Kind.EARLIER_GRADIENT, unique.of("d_" + name + "_before"), false));
    }
    countUses();
    for (Expr state : cell.states()) {
      nextStates.add(one(cell.next(state)));
    }
    List<Node> outputs = convert(cell.output());
    findOperands(outputs);
    lastSteadyLevel = operands.stream().filter(o -> o.steady).mapToInt(o -> o.level).max().orElse(-1);
    int last = 0;
    for (Node node : nextStates) {
      last = Math.max(last, level(node));
    }
    for (Node node : outputs) {
      last = Math.max(last, level(node));
    }
    lastLevel = Math.max(last, operands.stream().filter(o -> !o.steady).mapToInt(o -> o.level).max().orElse(0));
    placeOutput(outputs);
    chooseWhatToKeep();
  }

  private void countUses() {
    List<Expr> all = cell.nodes();
    uses.merge(cell.output(), 1, Integer::sum);
    cell.states().forEach(s -> uses.merge(cell.next(s), 1, Integer::sum));
    for (int i = all.size() - 1; i >= 0; i--) {
      Expr e = all.get(i);
      int passed = e.op() == Expr.Op.LET ? uses.getOrDefault(e, 0) : 1;
      e.operands().forEach(operand -> uses.merge(operand, passed, Integer::sum));
    }
  }

  private Node one(Expr e) {
    return convert(e).get(0);
  }

  /** The nodes of an expression: several, one after the other, for a concatenation. */
  private List<Node> convert(Expr e) {
    List<Node> known = nodes.get(e);
    if (known == null) {
      known = newNodes(e);
      nodes.put(e, known);
    }
    return known;
  }

  private List<Node> newNodes(Expr e) {
    if (e.isConstant()) {
      return List.of(graph.constant(e.number()));
    }
    switch (e.op()) {
      case INPUT: return List.of(graph.load(input));
      case STATE: return List.of(graph.load(states.get(cell.states().indexOf(e))));
      case AFFINE: return List.of(slot(e));
      case LET: {
        List<Node> value = convert(e.operands().get(0));
        if (value.size() == 1) {
          names.putIfAbsent(value.get(0), e.name());
        }
        return value;
      }
      case CONCATENATE: {
        List<Node> parts = new ArrayList<>();
        e.operands().forEach(operand -> parts.addAll(convert(operand)));
        return parts;
      }
      default: return e.operands().size() == 1 ? each(e, convert(e.operands().get(0))) : pairwise(e);
    }
  }

  private List<Node> each(Expr e, List<Node> operands) {
    List<Node> values = new ArrayList<>();
    for (Node operand : operands) {
      switch (e.op()) {
        case COMPLEMENT: values.add(graph.of(Op.SUBTRACT, graph.constant(1), operand)); break;
        case SIGMOID: values.add(graph.of(Op.SIGMOID, operand)); break;
        case TANH: values.add(graph.of(Op.TANH, operand)); break;
        case RELU: values.add(graph.of(Op.RELU, operand)); break;
        case CLAMP: values.add(graph.of(Op.CLAMP, operand)); break;
        default: throw new IllegalArgumentException("the vector engine has no operation " + e.op());
      }
    }
    return values;
  }

  private List<Node> pairwise(Expr e) {
    Expr first = e.operands().get(0);
    Expr second = e.operands().get(1);
    List<Node> a = convert(first);
    List<Node> b = convert(second);
    if (e.op() == Expr.Op.ADD && areSeparateSlots(first, a, second, b)) {
      return List.of(merge(slotOf.get(a.get(0).plane), slotOf.get(b.get(0).plane)));
    }
    int count = Math.max(a.size(), b.size());
    List<Node> values = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Node x = first.isConstant() ? a.get(0) : part(e, a, i, count);
      Node y = second.isConstant() ? b.get(0) : part(e, b, i, count);
      Check.that(x.isConstant() || y.isConstant() || inputsWide(x) == inputsWide(y),
          "cell %s combines concatenations that are cut at different places, which the vector engine can't run: %s",
          cell.name(), e);
      switch (e.op()) {
        case ADD: values.add(graph.of(Op.ADD, x, y)); break;
        case SUBTRACT: values.add(graph.of(Op.SUBTRACT, x, y)); break;
        case MULTIPLY: values.add(graph.of(Op.MULTIPLY, x, y)); break;
        default: throw new IllegalArgumentException("the vector engine has no operation " + e.op());
      }
    }
    return values;
  }

  private Node part(Expr e, List<Node> parts, int i, int count) {
    Check.that(parts.size() == count,
        "cell %s combines concatenations that are cut at different places, which the vector engine can't run: %s",
        cell.name(), e);
    return parts.get(i);
  }

  static boolean inputsWide(Node node) {
    return node.op == Op.LOAD ? node.plane.inputsWide : node.operands.stream().anyMatch(CellPlan::inputsWide);
  }

  // ---- Affine maps ----

  private Node slot(Expr affine) {
    Slot slot = new Slot(unique.of("z_" + affine.name()));
    for (int i = 0; i < affine.operands().size(); i++) {
      Width from = new Width(0, 0);
      for (Node segment : convert(affine.operands().get(i))) {
        slot.terms.add(new Term(slot, planeOf(segment), affine.weights().get(i), from));
        Width width = inputsWide(segment) ? new Width(1, 0) : new Width(0, 1);
        from = new Width(from.inputs() + width.inputs(), from.units() + width.units());
      }
    }
    slot.biases.addAll(affine.biases());
    slotOf.put(slot.plane, slot);
    return classify(slot);
  }

  private Node classify(Slot slot) {
    slot.steady = slot.terms.stream().allMatch(t -> isSteady(t.operand));
    int last = -1;
    for (Term term : slot.terms) {
      if (slot.steady || !isSteady(term.operand)) {
        last = Math.max(last, levelOf(term.operand));
      }
    }
    slot.level = last + 1;
    return graph.load(slot.plane);
  }

  /** A sum of two affine maps that nothing else sees is one map. */
  private boolean areSeparateSlots(Expr first, List<Node> a, Expr second, List<Node> b) {
    return first != second && a.size() == 1 && b.size() == 1 && isSlot(a.get(0)) && isSlot(b.get(0))
        && a.get(0) != b.get(0) && uses.get(first) == 1 && uses.get(second) == 1 && isPlain(first) && isPlain(second);
  }

  private static boolean isSlot(Node node) {
    return node.op == Op.LOAD && node.plane.kind == Kind.SLOT;
  }

  /** Whether an expression is an affine map or a sum of such by itself: not one under a name that others may use. */
  private static boolean isPlain(Expr e) {
    return e.op() == Expr.Op.AFFINE || e.op() == Expr.Op.ADD;
  }

  private Node merge(Slot first, Slot second) {
    Slot sum = new Slot(first.plane.name);
    slotOf.remove(first.plane);
    slotOf.remove(second.plane);
    for (Slot slot : List.of(first, second)) {
      slot.terms.forEach(t -> sum.terms.add(new Term(sum, t.operand, t.weight, t.from)));
      sum.biases.addAll(slot.biases);
    }
    slotOf.put(sum.plane, sum);
    return classify(sum);
  }

  private final Map<Node, Operand> operandOf = new LinkedHashMap<>();
  private final Map<Plane, Operand> operandByPlane = new HashMap<>();

  /** The plane of a value that is multiplied. */
  private Plane planeOf(Node value) {
    if (value.op == Op.LOAD && (value.plane.kind == Kind.INPUT || value.plane.kind == Kind.STATE)) {
      return value.plane;
    }
    Operand operand = operandOf.get(value);
    if (operand == null) {
      boolean steady = isSteady(value);
      boolean wide = inputsWide(value);
      String name = names.containsKey(value) ? "a_" + names.get(value) : "a_" + (operandOf.size() + 1);
      operand = new Operand(new Plane(Kind.OPERAND, unique.of(name), wide),
          new Plane(steady ? Kind.STEADY_GRADIENT : Kind.OPERAND_GRADIENT, unique.of("d_" + name), wide), value,
          steady, level(value));
      operandOf.put(value, operand);
      operandByPlane.put(operand.plane, operand);
    }
    return operand.plane;
  }

  boolean isSteady(Plane plane) {
    return plane.kind == Kind.INPUT || plane.kind == Kind.OPERAND && operandByPlane.get(plane).steady
        || plane.kind == Kind.SLOT && slotOf.get(plane).steady;
  }

  int levelOf(Plane plane) {
    return plane.kind == Kind.OPERAND ? operandByPlane.get(plane).level
        : plane.kind == Kind.SLOT ? slotOf.get(plane).level : 0;
  }

  boolean isSteady(Node node) {
    return node.op == Op.LOAD ? isSteady(node.plane) : node.operands.stream().allMatch(this::isSteady);
  }

  /** The level of a steady value counts steady maps, that of another only those that are not steady. */
  private int level(Node node) {
    boolean steady = isSteady(node);
    return level(node, steady);
  }

  private int level(Node node, boolean steady) {
    if (node.op == Op.LOAD) {
      return steady || !isSteady(node.plane) ? levelOf(node.plane) : 0;
    }
    return node.operands.stream().mapToInt(o -> level(o, steady)).max().orElse(0);
  }

  // ---- What is needed, and where it is found ----

  /** Collects slots, terms and operands that the states and outputs depend on. */
  private void findOperands(List<Node> outputs) {
    Set<Node> reached = new LinkedHashSet<>();
    nextStates.forEach(n -> reach(n, reached));
    outputs.forEach(n -> reach(n, reached));
    slots.sort(Comparator.comparingInt(s -> s.level));
    for (Slot slot : slots) {
      for (Term term : slot.terms) {
        term.index = terms.size();
        terms.add(term);
      }
    }
  }

  private void reach(Node node, Set<Node> reached) {
    if (!reached.add(node)) {
      return;
    }
    node.operands.forEach(o -> reach(o, reached));
    if (isSlot(node)) {
      Slot slot = slotOf.get(node.plane);
      slots.add(slot);
      for (Term term : slot.terms) {
        Operand operand = operandByPlane.get(term.operand);
        if (operand != null && !operands.contains(operand)) {
          operands.add(operand);
          reach(operand.value, reached);
        }
      }
    }
  }

  private void placeOutput(List<Node> outputs) {
    for (Node value : outputs) {
      int state = nextStates.indexOf(value);
      Plane gradient = new Plane(Kind.OUTPUT_GRADIENT, unique.of("d_out"), inputsWide(value));
      output.add(state >= 0 ? new Part(value, states.get(state), true, gradient)
          : new Part(value, new Plane(Kind.OUTPUT, unique.of("out"), inputsWide(value)), false, gradient));
    }
  }

  /** Keeps tanh and sigmoid, which cost more to compute than to read; sums and products are computed again. */
  private void chooseWhatToKeep() {
    for (int s = 0; s < states.size(); s++) {
      kept.putIfAbsent(nextStates.get(s), new Location(states.get(s), true));
    }
    operands.forEach(o -> kept.putIfAbsent(o.value, new Location(o.plane, false)));
    Map<Node, Integer> parents = new HashMap<>();
    Set<Node> seen = new HashSet<>();
    nextStates.forEach(n -> countParents(n, parents, seen));
    output.forEach(p -> countParents(p.value, parents, seen));
    operands.forEach(o -> countParents(o.value, parents, seen));
    seen.stream().sorted(Comparator.comparingInt(n -> n.order)).forEach(node -> {
      if ((node.op == Op.TANH || node.op == Op.SIGMOID) && !kept.containsKey(node)) {
        Node argument = node.operands.get(0);
        boolean inPlace = isSlot(argument) && parents.get(argument) == 1;
        kept.put(node, new Location(inPlace ? argument.plane : new Plane(Kind.TAPE,
            unique.of("kept_" + names.getOrDefault(node, String.valueOf(node.order))), inputsWide(node)), false));
      }
    });
  }

  private static void countParents(Node node, Map<Node, Integer> parents, Set<Node> seen) {
    parents.merge(node, 1, Integer::sum);
    if (seen.add(node)) {
      node.operands.forEach(o -> countParents(o, parents, seen));
    }
  }

  /** Numbers all planes in a fixed order, once it is known where derivatives are written. */
  void numberPlanes() {
    Set<Plane> all = new LinkedHashSet<>();
    all.add(input);
    all.addAll(states);
    slots.forEach(s -> all.add(s.plane));
    operands.forEach(o -> all.add(o.plane));
    kept.values().forEach(l -> all.add(l.plane()));
    output.forEach(p -> all.add(p.plane));
    slots.forEach(s -> all.add(s.gradient));
    operands.forEach(o -> all.add(o.gradient));
    all.addAll(stateGradients);
    all.addAll(earlierGradients);
    output.forEach(p -> all.add(p.gradient));
    all.add(inputGradient);
    planes = List.copyOf(all);
    for (int i = 0; i < planes.size(); i++) {
      planes.get(i).index = i;
    }
  }

  /** Identifiers of the generated source, each once. */
  static final class Names {
    private final Set<String> taken = new HashSet<>();

    Names() {}

    /** Makes names that are apart from those there are. */
    Names(Names others) {
      taken.addAll(others.taken);
    }

    String of(String wish) {
      String plain = wish.replaceAll("~", "_tilde").replaceAll("[^A-Za-z0-9]+", "_").replaceAll("_+$", "");
      String name = plain.isEmpty() || Character.isDigit(plain.charAt(0)) ? "v" + plain : plain;
      for (int i = 2; !taken.add(name); i++) {
        name = plain + "_" + i;
      }
      return name;
    }
  }
}
