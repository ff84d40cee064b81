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
import java.util.TreeMap;
import unfold.engine.vector.CellPlan.Location;
import unfold.engine.vector.CellPlan.Operand;
import unfold.engine.vector.CellPlan.Part;
import unfold.engine.vector.CellPlan.Slot;
import unfold.engine.vector.CellPlan.Term;
import unfold.engine.vector.Node.Op;
import unfold.engine.vector.Plane.Kind;

/** Writes the Java source of a cell's program: a subclass of {@link CellKernel} on the Vector API. */
final class CellSource {
  /**
   * Written in place, more than five elementary functions make a method for which HotSpot's first compiler runs out of
   * registers, so that the second never sees it.
   */
  private static final int FUNCTIONS_A_LOOP = 5;

  /** A value that a loop stores, or adds to what is stored. */
  private record Target(Location to, Node value, boolean add) {}

  /** A fused loop over the rows of one step, or of all. */
  private static final class Loop {
    final String name;
    final String comment;
    final List<Target> targets = new ArrayList<>();

    Loop(String name, String comment) {
      this.name = name;
      this.comment = comment;
    }
  }

  private final CellPlan plan;
  private final Precision precision;
  private final String vector;
  /** The loops' methods: code by name. */
  private final Map<String, String> methods = new LinkedHashMap<>();

  private CellSource(CellPlan plan, Precision precision) {
    this.plan = plan;
    this.precision = precision;
    vector = precision.prefix() + "Vector";
  }

  /**
   * Returns the source of a class of that name. It decides where the derivatives by the plan's slots are written, and so
   * numbers the plan's planes.
   */
  static String of(CellPlan plan, Precision precision, String className) {
    return new CellSource(plan, precision).write(className);
  }

  private String write(String className) {
    String forward = forward();
    String backward = backward();
    plan.numberPlanes();
    StringBuilder out = new StringBuilder();
    imports(out, precision);
    line(out, 0, "/**");
    line(out, 0, " * %s, a step forward and a step back, written from its equations (h' is h of the step before):",
        plan.cell.name());
    line(out, 0, " * <pre>");
    plan.cell.text().lines().forEach(l -> line(out, 0, " *   %s", l));
    line(out, 0, " * </pre>");
    line(out, 0, " * z_g is the sum of the affine maps of gate g; its activation takes its place, and on the way back the");
    line(out, 0, " * derivative of the loss by it. d_y is the derivative by y. A row is a sequence at a step.");
    line(out, 0, " */");
    line(out, 0, "final class %s extends CellKernel {", className);
    species(out, precision);
    for (Plane plane : plan.planes) {
      line(out, 1, "private %s[] %s;", precision.type(), plane.name);
    }
    line(out, 0, "");
    line(out, 1, "@Override");
    line(out, 1, "void bind(Object[] planes) {");
    List<Plane> planes = plan.planes;
    for (int i = 0; i < planes.size(); i++) {
      line(out, 2, "%s = (%s[]) planes[%d];", planes.get(i).name, precision.type(), i);
    }
    line(out, 1, "}");
    out.append(forward).append(backward);
    line(out, 0, "");
    line(out, 1, "@Override");
    line(out, 1, "Object stateGradient(int state) {");
    if (plan.states.size() == 1) {
      line(out, 2, "return %s;", plan.stateGradients.get(0));
    } else {
      line(out, 2, "switch (state) {");
      for (int s = 0; s < plan.states.size() - 1; s++) {
        line(out, 3, "case %d: return %s;", s, plan.stateGradients.get(s));
      }
      line(out, 3, "default: return %s;", plan.stateGradients.get(plan.states.size() - 1));
      line(out, 2, "}");
    }
    line(out, 1, "}");
    methods.values().forEach(out::append);
    line(out, 0, "}");
    return out.toString();
  }

  /** Appends what a source begins with. */
  static void imports(StringBuilder out, Precision precision) {
    line(out, 0, "package unfold.engine.vector;");
    line(out, 0, "");
    line(out, 0, "import jdk.incubator.vector.%s;", precision.prefix() + "Vector");
    line(out, 0, "import jdk.incubator.vector.VectorSpecies;");
    line(out, 0, "");
  }

  /** Appends the constants of a class on vectors. */
  static void species(StringBuilder out, Precision precision) {
    line(out, 1, "private static final VectorSpecies<%s> SPECIES = %sFunctions.SPECIES;", precision.prefix(),
        precision.prefix());
    line(out, 1, "private static final int LANES = SPECIES.length();");
    line(out, 0, "");
  }

  /** Appends a line, indented. */
  static void line(StringBuilder out, int depth, String format, Object... arguments) {
    String text = arguments.length == 0 ? format : String.format(java.util.Locale.ROOT, format, arguments);
    out.append(text.isEmpty() ? "" : "  ".repeat(depth)).append(text).append('\n');
  }

  // ---- Forward ----

  private String forward() {
    StringBuilder out = new StringBuilder();
    Map<Node, Location> stored = new HashMap<>();
    line(out, 0, "");
    line(out, 1, "@Override");
    line(out, 1, "void before(int row, int rows) {");
    for (int level = 0; level <= Math.max(0, plan.lastSteadyLevel); level++) {
      Loop loop = new Loop("before" + level, "What depends on the input alone, at level " + level + ".");
      for (Operand operand : plan.operands) {
        if (operand.steady && operand.level == level) {
          loop.targets.add(new Target(new Location(operand.plane, false), operand.value, false));
        }
      }
      call(out, loop, stored, true, "row", "rows");
      for (Term term : plan.terms) {
        if (isSteady(term) && plan.levelOf(term.operand) == level) {
          line(out, 2, "product(%d, row, rows);  // %s += %s %s", term.index, term.slot.plane, term.weight.name(),
              term.operand);
        }
      }
    }
    line(out, 1, "}");
    line(out, 0, "");
    line(out, 1, "@Override");
    line(out, 1, "void forward(int row) {");
    for (int level = 0; level <= plan.lastLevel; level++) {
      Loop loop = new Loop("forward" + level, "Forward, level " + level + ".");
      for (Operand operand : plan.operands) {
        if (!operand.steady && operand.level == level) {
          loop.targets.add(new Target(new Location(operand.plane, false), operand.value, false));
        }
      }
      if (level == plan.lastLevel) {
        for (int s = 0; s < plan.states.size(); s++) {
          loop.targets.add(new Target(new Location(plan.states.get(s), true), plan.nextStates.get(s), false));
        }
        for (Part part : plan.output) {
          if (part.plane.kind == Kind.OUTPUT) {
            loop.targets.add(new Target(new Location(part.plane, false), part.value, false));
          }
        }
      }
      call(out, loop, stored, true, "row", "sequences");
      for (Term term : plan.terms) {
        if (!isSteady(term) && plan.levelOf(term.operand) == level) {
          String call = term.operand.kind == Kind.STATE ? "stateProduct(%d, row)" : "product(%d, row, sequences)";
          line(out, 2, call + ";  // %s += %s %s", term.index, term.slot.plane, term.weight.name(), term.operand);
        }
      }
    }
    line(out, 1, "}");
    return out.toString();
  }

  private boolean isSteady(Term term) {
    return term.operand.kind == Kind.INPUT || plan.operands.stream().anyMatch(o -> o.plane == term.operand && o.steady);
  }

  private void call(StringBuilder out, Loop loop, Map<Node, Location> stored, boolean forward, String row, String rows) {
    if (loop.targets.isEmpty()) {
      return;
    }
    for (String method : write(loop, stored, forward)) {
      line(out, 2, "%s(%s, %s);", method, row, rows);
    }
  }

  // ---- Backward ----

  private String backward() {
    List<Loop> inStep = new ArrayList<>();
    Map<Integer, Loop> byLevel = new TreeMap<>();
    Set<Plane> written = new HashSet<>();
    for (int level = plan.lastLevel; level >= 0; level--) {
      Map<Node, Node> seeds = new LinkedHashMap<>();
      if (level == plan.lastLevel) {
        for (int s = 0; s < plan.states.size(); s++) {
          seed(seeds, plan.nextStates.get(s), plan.stateGradients.get(s));
        }
        plan.output.forEach(part -> seed(seeds, part.value, part.gradient));
      }
      for (Operand operand : plan.operands) {
        if (!operand.steady && operand.level == level) {
          seed(seeds, operand.value, operand.gradient);
        }
      }
      Loop loop = new Loop("backward" + level, "Backward, level " + level + ".");
      addTargets(loop, seeds, written);
      byLevel.put(level, loop);
      inStep.add(loop);
    }
    List<Loop> afterSteps = new ArrayList<>();
    for (int level = plan.lastSteadyLevel; level >= 0; level--) {
      Map<Node, Node> seeds = new LinkedHashMap<>();
      for (Operand operand : plan.operands) {
        if (operand.steady && operand.level == level) {
          seed(seeds, operand.value, operand.gradient);
        }
      }
      Loop loop = new Loop("after" + level, "Backward of what depends on the input alone, level " + level + ".");
      addTargets(loop, seeds, written);
      afterSteps.add(loop);
    }
    List<Loop> all = new ArrayList<>(inStep);
    all.addAll(afterSteps);
    separateGradients(all);

    StringBuilder out = new StringBuilder();
    line(out, 0, "");
    line(out, 1, "@Override");
    line(out, 1, "void backward(int row) {");
    Set<Plane> begun = new HashSet<>();
    for (Loop loop : inStep) {
      int level = plan.lastLevel - inStep.indexOf(loop);
      for (Operand operand : plan.operands) {
        if (!operand.steady && operand.level == level) {
          passBack(out, operand.plane, operand.gradient, "row", "sequences", "0", begun);
        }
      }
      call(out, loop, plan.kept, false, "row", "sequences");
      loop.targets.forEach(t -> begun.add(t.to.plane()));
    }
    for (int s = 0; s < plan.states.size(); s++) {
      Plane earlier = plan.earlierGradients.get(s);
      passBack(out, plan.states.get(s), earlier, "row", "sequences", "0", begun);
      if (!begun.contains(earlier)) {
        line(out, 2, "clear(%s, 0, sequences, units);", earlier);
      }
    }
    for (int s = 0; s < plan.states.size(); s++) {
      Plane gradient = plan.stateGradients.get(s);
      Plane earlier = plan.earlierGradients.get(s);
      String swapped = "done_" + gradient;
      line(out, 2, "%s[] %s = %s;", precision.type(), swapped, gradient);
      line(out, 2, "%s = %s;", gradient, earlier);
      line(out, 2, "%s = %s;", earlier, swapped);
    }
    line(out, 1, "}");
    line(out, 0, "");
    line(out, 1, "@Override");
    line(out, 1, "void after(int row, int rows, boolean withInput) {");
    for (Loop loop : afterSteps) {
      int level = plan.lastSteadyLevel - afterSteps.indexOf(loop);
      for (Operand operand : plan.operands) {
        if (operand.steady && operand.level == level) {
          passBack(out, operand.plane, operand.gradient, "row", "rows", "row", begun);
        }
      }
      call(out, loop, plan.kept, false, "row", "rows");
      loop.targets.forEach(t -> begun.add(t.to.plane()));
    }
    line(out, 2, "if (withInput) {");
    StringBuilder input = new StringBuilder();
    passBack(input, plan.input, plan.inputGradient, "row", "rows", "row", begun);
    if (!begun.contains(plan.inputGradient)) {
      line(input, 2, "clear(%s, row, rows, %s);", plan.inputGradient, plan.inputGradient.inputsWide ? "inputs" : "units");
    }
    input.toString().lines().forEach(l -> line(out, 1, l));
    line(out, 2, "}");
    line(out, 1, "}");
    return out.toString();
  }

  private void seed(Map<Node, Node> seeds, Node value, Plane gradient) {
    if (!value.isConstant()) {
      Node load = plan.graph.load(gradient);
      // What vanishes on its way through time would end in subnormal numbers, which are many times slower.
      Node seed = gradient.kind == Kind.STATE_GRADIENT ? plan.graph.of(Op.FLUSHED, load) : load;
      seeds.put(value, plan.graph.add(seeds.get(value), seed));
    }
  }

  /** Adds what the seeds pass back to slots, states and input. */
  private void addTargets(Loop loop, Map<Node, Node> seeds, Set<Plane> written) {
    for (Map.Entry<Node, Node> leaf : derivatives(seeds).entrySet()) {
      Plane plane = leaf.getKey().plane;
      Plane to;
      switch (plane.kind) {
        case SLOT: to = slot(plane).gradient; break;
        case STATE: to = plan.earlierGradients.get(plan.states.indexOf(plane)); break;
        default: to = plan.inputGradient;
      }
      loop.targets.add(new Target(new Location(to, false), leaf.getValue(), !written.add(to)));
    }
  }

  private Slot slot(Plane plane) {
    return plan.slots.stream().filter(s -> s.plane == plane).findFirst().orElseThrow();
  }

  /** Reverse differentiation: the derivatives by all leaves, in the order of the leaves. */
  private Map<Node, Node> derivatives(Map<Node, Node> seeds) {
    Node.Graph g = plan.graph;
    Map<Node, Node> by = new HashMap<>(seeds);
    Set<Node> reached = new HashSet<>();
    seeds.keySet().forEach(n -> reach(n, reached));
    List<Node> backwards = new ArrayList<>(reached);
    backwards.sort(Comparator.comparingInt((Node n) -> n.order).reversed());
    for (Node node : backwards) {
      Node d = by.get(node);
      if (d == null || node.isConstant()) {
        continue;
      }
      Node a = node.operands.isEmpty() ? null : node.operands.get(0);
      Node b = node.operands.size() < 2 ? null : node.operands.get(1);
      switch (node.op) {
        case ADD:
          by.put(a, g.add(by.get(a), d));
          by.put(b, g.add(by.get(b), d));
          break;
        case SUBTRACT:
          by.put(a, g.add(by.get(a), d));
          by.put(b, by.get(b) == null ? g.of(Op.NEGATE, d) : g.of(Op.SUBTRACT, by.get(b), d));
          break;
        case MULTIPLY:
          by.put(a, g.add(by.get(a), g.of(Op.MULTIPLY, d, b)));
          by.put(b, g.add(by.get(b), g.of(Op.MULTIPLY, d, a)));
          break;
        case SIGMOID:
          by.put(a, g.add(by.get(a), g.of(Op.MULTIPLY, d,
              g.of(Op.MULTIPLY, node, g.of(Op.SUBTRACT, g.constant(1), node)))));
          break;
        case TANH:
          by.put(a, g.add(by.get(a), g.of(Op.MULTIPLY, d,
              g.of(Op.SUBTRACT, g.constant(1), g.of(Op.MULTIPLY, node, node)))));
          break;
        case RELU:
          by.put(a, g.add(by.get(a), g.of(Op.IF_POSITIVE, plan.kept.containsKey(node) ? node : a, d)));
          break;
        case CLAMP:
          by.put(a, g.add(by.get(a), g.of(Op.IF_INSIDE, a, d)));
          break;
        case LOAD:
          break;
        default:
          throw new IllegalStateException("no derivative of " + node.op);
      }
    }
    Map<Node, Node> leaves = new LinkedHashMap<>();
    reached.stream().filter(n -> n.op == Op.LOAD && by.get(n) != null).sorted(Comparator.comparingInt(n -> n.order))
        .forEach(n -> leaves.put(n, by.get(n)));
    return leaves;
  }

  private static void reach(Node node, Set<Node> reached) {
    if (reached.add(node)) {
      node.operands.forEach(o -> reach(o, reached));
    }
  }

  /**
   * Gives a slot's derivative a plane of its own where a later loop still reads what is kept in the slot's; else it
   * takes the slot's place.
   */
  private void separateGradients(List<Loop> inOrder) {
    for (Slot slot : plan.slots) {
      boolean written = false;
      for (Loop loop : inOrder) {
        if (written && reads(loop, slot.plane)) {
          slot.gradient = new Plane(Kind.SLOT_GRADIENT, plan.unique.of("d_" + slot.plane.name), false);
          for (Loop other : inOrder) {
            other.targets.replaceAll(t -> t.to.plane() != slot.plane ? t
                : new Target(new Location(slot.gradient, false), t.value, t.add));
          }
          break;
        }
        written |= loop.targets.stream().anyMatch(t -> t.to.plane() == slot.plane);
      }
    }
  }

  private boolean reads(Loop loop, Plane plane) {
    Set<Node> seen = new HashSet<>();
    return loop.targets.stream().anyMatch(t -> reads(t.value, plane, seen));
  }

  private boolean reads(Node node, Plane plane, Set<Node> seen) {
    if (!seen.add(node)) {
      return false;
    }
    Location kept = plan.kept.get(node);
    if (kept != null) {
      return kept.plane() == plane;
    }
    return node.op == Op.LOAD ? node.plane == plane
        : node.operands.stream().anyMatch(o -> reads(o, plane, seen));
  }

  /** The products that pass derivatives from slots to one of their operands. */
  private void passBack(StringBuilder out, Plane operand, Plane to, String row, String rows, String toRow,
      Set<Plane> begun) {
    for (Term term : plan.terms) {
      if (term.operand == operand) {
        boolean add = !begun.add(to);
        String call = operand.kind == Kind.STATE ? String.format("stateBack(%d, %s, %s, %s)", term.index, row, to, add)
            : String.format("back(%d, %s, %s, %s, %s, %s)", term.index, row, rows, to, toRow, add);
        line(out, 2, "%s;  // %s %s %s^T %s", call, to, add ? "+=" : "=", term.weight.name(), "d_" + term.slot.plane);
      }
    }
  }

  // ---- Loops ----

  /** Writes a loop's methods and returns their names, in order. */
  private List<String> write(Loop loop, Map<Node, Location> stored, boolean forward) {
    List<List<Target>> parts = new ArrayList<>();
    for (boolean wide : new boolean[] {true, false}) {
      List<Target> targets = new ArrayList<>(loop.targets);
      targets.removeIf(t -> t.to.plane().inputsWide != wide);
      if (forward) {
        parts.addAll(functionsFirst(targets, stored));
      }
      if (!targets.isEmpty()) {
        parts.add(targets);
      }
    }
    List<String> names = new ArrayList<>();
    for (List<Target> part : parts) {
      String name = loop.name + (parts.size() == 1 ? "" : "abcdefghijklmnopqrstuvwxyz".charAt(names.size()));
      StringBuilder out = new StringBuilder();
      line(out, 0, "");
      line(out, 1, "/** %s */", loop.comment);
      line(out, 1, "private void %s(int row, int rows) {", name);
      out.append(new Body(part, stored, forward).write());
      line(out, 1, "}");
      methods.put(name, out.toString());
      names.add(name);
    }
    return names;
  }

  /** Takes elementary functions into loops of their own until the targets' own loop has no more of them than one may. */
  private List<List<Target>> functionsFirst(List<Target> targets, Map<Node, Location> stored) {
    Set<Node> seen = new HashSet<>();
    targets.forEach(t -> reachUnstored(t.value, stored, seen));
    List<Target> functions = seen.stream()
        .filter(n -> (n.op == Op.SIGMOID || n.op == Op.TANH) && plan.kept.containsKey(n))
        .sorted(Comparator.comparingInt(n -> n.order)).map(n -> new Target(plan.kept.get(n), n, false)).toList();
    List<List<Target>> loops = new ArrayList<>();
    for (int i = 0; i + FUNCTIONS_A_LOOP < functions.size(); i += FUNCTIONS_A_LOOP) {
      loops.add(functions.subList(i, i + FUNCTIONS_A_LOOP));
      targets.removeAll(loops.get(loops.size() - 1));
    }
    return loops;
  }

  private static void reachUnstored(Node node, Map<Node, Location> stored, Set<Node> seen) {
    if (!stored.containsKey(node) && seen.add(node)) {
      node.operands.forEach(o -> reachUnstored(o, stored, seen));
    }
  }

  /** One loop over elements of equally wide rows. */
  private final class Body extends ExpressionWriter {
    private final List<Target> targets;
    private final Map<Node, Location> stored;
    private final boolean wide;
    private final Set<Plane> arrays = new LinkedHashSet<>();
    private boolean step;
    private final StringBuilder lines = new StringBuilder();

    /** Adds to {@code stored} what it keeps. */
    Body(List<Target> targets, Map<Node, Location> stored, boolean forward) {
      super(CellSource.this.plan, CellSource.this.precision, forward, new CellPlan.Names(CellSource.this.plan.unique),
          new LinkedHashMap<>());
      this.targets = targets;
      this.stored = stored;
      wide = targets.get(0).to.plane().inputsWide;
      List.of("row", "rows", "from", "to", "k", "step").forEach(names::of);
    }

    String write() {
      int depth = 2;
      Map<Node, Location> newlyStored = new LinkedHashMap<>();
      for (Node node : inOrder(targets.stream().map(Target::value).toList())) {
        if (isKnown(node) ? uses(node) > 1 || isOverwritten(location(node)) : needsName(node)) {
          String value = isKnown(node) ? known(node) : definition(node);
          String name = name(node, isKnown(node) ? "v_" + location(node).plane() : nameOf(node));
          line(lines, depth + 1, "%s %s = %s;", vector, name, value);
          Location keep = plan.kept.get(node);
          if (forward && isKeptOnTheWay(node) && targets.stream().noneMatch(t -> t.to.equals(keep))) {
            store(keep, name, depth);
            newlyStored.put(node, keep);
          }
        }
      }
      for (Target target : targets) {
        String value = value(target.value);
        if (target.add) {
          arrays.add(target.to.plane());
          value = load(target.to) + ".add(" + value + ")";
        }
        store(target.to, value, depth);
      }
      if (forward) {
        targets.forEach(t -> newlyStored.putIfAbsent(t.value, t.to));
        stored.putAll(newlyStored);
      }
      StringBuilder out = new StringBuilder();
      arrays.forEach(p -> line(out, depth, "final %s[] %s = this.%s;", precision.type(), p, p));
      declarations(constants, precision).forEach(constant -> line(out, depth, constant));
      String width = wide ? "inputs" : "units";
      line(out, depth, "final int from = row * %s;", width);
      line(out, depth, "final int to = from + rows * %s;", width);
      if (step) {
        line(out, depth, "final int step = sequences * %s;", width);
      }
      line(out, depth, "for (int k = from; k < to; k += LANES) {");
      out.append(lines);
      line(out, depth, "}");
      return out.toString();
    }

    @Override
    boolean isKnown(Node node) {
      return node.op == Op.LOAD || stored.containsKey(node);
    }

    @Override
    String known(Node node) {
      return load(location(node));
    }

    private Location location(Node node) {
      Location at = stored.get(node);
      return at != null ? at : new Location(node.plane, node.next);
    }

    private boolean isOverwritten(Location at) {
      return targets.stream().anyMatch(t -> t.to.equals(at));
    }

    private String load(Location at) {
      arrays.add(at.plane());
      return vector + ".fromArray(SPECIES, " + at.plane() + ", " + index(at) + ")";
    }

    private void store(Location at, String value, int depth) {
      arrays.add(at.plane());
      line(lines, depth + 1, "%s.intoArray(%s, %s);", value, at.plane(), index(at));
    }

    private String index(Location at) {
      step |= at.next();
      return at.next() ? "k + step" : at.plane().oneStep() ? "k - from" : "k";
    }
  }
}
