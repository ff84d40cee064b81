package unfold.engine.vector;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import unfold.engine.vector.Node.Op;
import unfold.engine.vector.Plane.Kind;

/**
 * Writes values of a cell's graph as Java on vectors. What is used once is written where it is used; what is used more
 * often, is an equation, or is kept for the way back has a variable. A product that only a sum sees is fused with it,
 * so which values have variables decides bits.
 */
abstract class ExpressionWriter {
  final CellPlan plan;
  final Precision precision;
  final boolean forward;
  /** The name of the vectors' class. */
  final String vector;
  /** The names of the source that it writes into. */
  final CellPlan.Names names;
  private final Map<Node, Integer> uses = new HashMap<>();
  private final Map<Node, String> variables = new HashMap<>();
  /** The variables of constants, by their numbers. */
  final Map<Double, String> constants;

  /** Takes names and constants from, and adds its own to, those of the method that it writes into. */
  ExpressionWriter(CellPlan plan, Precision precision, boolean forward, CellPlan.Names names,
      Map<Double, String> constants) {
    this.plan = plan;
    this.precision = precision;
    this.forward = forward;
    this.names = names;
    this.constants = constants;
    vector = precision.prefix() + "Vector";
  }

  /** Tells whether a value is read, not computed. */
  abstract boolean isKnown(Node node);

  /** Returns the source that reads a known value. */
  abstract String known(Node node);

  /** Counts who uses what, and returns what has to be computed or read for the values, operands first. */
  final List<Node> inOrder(Collection<Node> values) {
    Set<Node> seen = new HashSet<>();
    values.forEach(v -> count(v, seen));
    List<Node> nodes = new ArrayList<>(seen);
    nodes.sort(Comparator.comparingInt(n -> n.order));
    return nodes;
  }

  private void count(Node node, Set<Node> seen) {
    uses.merge(node, 1, Integer::sum);
    if (seen.add(node) && !isKnown(node)) {
      node.operands.forEach(o -> count(o, seen));
    }
  }

  final int uses(Node node) {
    return uses.get(node);
  }

  /** Tells whether a value that is not known gets a variable. */
  final boolean needsName(Node node) {
    return !node.isConstant()
        && (uses.get(node) > 1 || plan.names.containsKey(node) || forward && plan.kept.containsKey(node));
  }

  /** Tells whether a value is kept where it is computed, beside what is computed for its own sake. */
  final boolean isKeptOnTheWay(Node node) {
    if (isKnown(node) || !plan.kept.containsKey(node)) {
      return false;
    }
    Kind kind = plan.kept.get(node).plane().kind;
    return kind == Kind.SLOT || kind == Kind.TAPE;
  }

  /** Returns what a value's variable should be called. */
  final String nameOf(Node node) {
    return plan.names.getOrDefault(node, "v" + node.order);
  }

  /** Gives a value a variable, whose name it returns. */
  final String name(Node node, String wish) {
    String name = names.of(wish);
    variables.put(node, name);
    return name;
  }

  /** Returns the declarations of constants that were used, by their numbers. */
  static List<String> declarations(Map<Double, String> constants, Precision precision) {
    String vector = precision.prefix() + "Vector";
    List<String> lines = new ArrayList<>();
    constants.forEach((number, name) -> lines.add("final " + vector + " " + name + " = " + vector
        + ".broadcast(SPECIES, " + (precision == Precision.FLOAT ? "(float) " : "") + number + ");"));
    return lines;
  }

  /** Returns the source of a value: its variable's name, if it has one. */
  final String value(Node node) {
    if (variables.containsKey(node)) {
      return variables.get(node);
    }
    if (node.isConstant()) {
      return constants.computeIfAbsent(node.number, n -> names.of(n == 1 ? "one" : "c" + constants.size()));
    }
    return isKnown(node) ? known(node) : definition(node);
  }

  /** Returns the source that computes a value. */
  final String definition(Node node) {
    String a = value(node.operands.get(0));
    switch (node.op) {
      case ADD: return sum(node.operands.get(0), node.operands.get(1));
      case SUBTRACT: return a + ".sub(" + value(node.operands.get(1)) + ")";
      case MULTIPLY: return a + ".mul(" + value(node.operands.get(1)) + ")";
      case NEGATE: return a + ".neg()";
      case SIGMOID: return function("sigmoid", a);
      case TANH: return function("tanh", a);
      case RELU: return function("relu", a);
      case CLAMP: return function("clamp", a);
      case FLUSHED: return function("flushed", a);
      case IF_POSITIVE: return function("ifPositive", a + ", " + value(node.operands.get(1)));
      case IF_INSIDE: return function("ifInside", a + ", " + value(node.operands.get(1)));
      default: throw new IllegalStateException("no source for " + node.op);
    }
  }

  private String function(String name, String arguments) {
    return precision.prefix() + "Functions." + name + "(" + arguments + ")";
  }

  private String sum(Node a, Node b) {
    Node product = isFusible(a) ? a : isFusible(b) ? b : null;
    if (product == null) {
      return value(a) + ".add(" + value(b) + ")";
    }
    return value(product.operands.get(0)) + ".fma(" + value(product.operands.get(1)) + ", "
        + value(product == a ? b : a) + ")";
  }

  private boolean isFusible(Node node) {
    return node.op == Op.MULTIPLY && !isKnown(node) && !variables.containsKey(node);
  }
}
