package unfold.engine.vector;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A value of one unit in a cell's equations or in their derivatives. Equal values are one node ({@link Graph} sees to
 * that), so common subexpressions are computed once.
 */
final class Node {

  enum Op { LOAD, CONSTANT, ADD, SUBTRACT, MULTIPLY, NEGATE, SIGMOID, TANH, RELU, CLAMP, IF_POSITIVE, IF_INSIDE, FLUSHED }

  final Op op;
  final List<Node> operands;
  /** What a LOAD reads. */
  final Plane plane;
  /** Whether a LOAD of a state reads the state after the step. */
  final boolean next;
  final double number;
  /** Greater than that of every operand. */
  final int order;

  private Node(Op op, List<Node> operands, Plane plane, boolean next, double number, int order) {
    this.op = op;
    this.operands = operands;
    this.plane = plane;
    this.next = next;
    this.number = number;
    this.order = order;
  }

  boolean isConstant() {
    return op == Op.CONSTANT;
  }

  /** Makes nodes, each value once. */
  static final class Graph {
    private final Map<List<Object>, Node> known = new HashMap<>();

    private Node node(Op op, List<Node> operands, Plane plane, boolean next, double number) {
      List<Object> key = new ArrayList<>(operands);
      key.add(op);
      key.add(plane == null ? "" : plane);
      key.add(next);
      key.add(number);
      return known.computeIfAbsent(key, k -> new Node(op, List.copyOf(operands), plane, next, number, known.size()));
    }

    Node load(Plane plane) {
      return node(Op.LOAD, List.of(), plane, false, 0);
    }

    Node loadNext(Plane state) {
      return node(Op.LOAD, List.of(), state, true, 0);
    }

    Node constant(double number) {
      return node(Op.CONSTANT, List.of(), null, false, number);
    }

    Node of(Op op, Node... operands) {
      return node(op, List.of(operands), null, false, 0);
    }

    Node add(Node a, Node b) {
      return a == null ? b : b == null ? a : of(Op.ADD, a, b);
    }
  }
}
