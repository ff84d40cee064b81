package unfold.cell;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A cell's expressions as boxes joined by wires, without places. An activation of affine maps is one box, a
 * constant is part of the operation it goes into, and a name stands beside the operation that it names;
 * everything else is a box of its own.
 */
final class DataFlow {

  /** What is drawn for some expressions. Wires come in from {@code sources}, one an operand. */
  static final class Box {
    final int id;
    final Diagram.Kind kind;
    final String symbol;
    final List<Expr> expressions;
    final List<Box> sources;
    String name = "";
    String equation;

    private Box(int id, Diagram.Kind kind, String symbol, List<Expr> expressions, List<Box> sources) {
      this.id = id;
      this.kind = kind;
      this.symbol = symbol;
      this.expressions = new ArrayList<>(expressions);
      this.sources = sources;
    }
  }

  private final Cell cell;
  private final List<Box> boxes = new ArrayList<>();
  private final Map<Expr, Box> boxOf = new LinkedHashMap<>();
  private final Map<Expr, Integer> uses = new HashMap<>();
  private final Map<Expr, String> equationOf = new HashMap<>();

  private DataFlow(Cell cell) {
    this.cell = cell;
    cell.nodes().forEach(e -> e.operands().forEach(operand -> uses.merge(operand, 1, Integer::sum)));
    uses.merge(cell.output(), 1, Integer::sum);
    for (Expr equation : cell.equations()) {
      equationOf.put(equation, equation.name());
      claim(equation.operands().get(0), equation.name());
    }
    for (Expr state : cell.states()) {
      boxOf.put(state, add(Diagram.Kind.STATE, variable(state.name(), "t-1"), List.of(state), List.of()));
    }
    Map<Expr, Expr> foldedInto = folded();
    for (Expr e : cell.nodes()) {
      if (!e.isConstant() && !foldedInto.containsKey(e) && !boxOf.containsKey(e)) {
        boxOf.put(e, box(e));
      }
    }
    foldedInto.forEach((e, activation) -> {
      boxOf.put(e, boxOf.get(activation));
      boxOf.get(activation).expressions.add(e);
    });
    for (Expr state : cell.states()) {
      Expr next = cell.next(state);
      add(Diagram.Kind.NEXT, variable(state.name(), "t"), List.of(),
          List.of(boxOf.get(next))).equation = state.name();
    }
    Expr output = cell.output();
    add(Diagram.Kind.OUTPUT, output.op() == Expr.Op.LET ? variable(output.name(), "t") : variable("y", "t"),
        List.of(), List.of(boxOf.get(output)));
  }

  /** Returns the boxes of a cell: states, the rest in the order of its expressions, next states, output. */
  static List<Box> of(Cell cell) {
    return new DataFlow(cell).boxes;
  }

  private void claim(Expr e, String equation) {
    if (e.op() != Expr.Op.LET && equationOf.putIfAbsent(e, equation) == null) {
      e.operands().forEach(operand -> claim(operand, equation));
    }
  }

  /** Affine maps, and their sums, of which nothing but an activation is made, with that activation. */
  private Map<Expr, Expr> folded() {
    Map<Expr, Expr> folded = new LinkedHashMap<>();
    for (Expr e : cell.nodes()) {
      if (isActivation(e) && isPreactivation(e.operands().get(0))) {
        fold(e.operands().get(0), e, folded);
      }
    }
    return folded;
  }

  private void fold(Expr e, Expr activation, Map<Expr, Expr> folded) {
    if (!e.isConstant()) {
      folded.put(e, activation);
      if (e.op() != Expr.Op.AFFINE) {
        e.operands().forEach(operand -> fold(operand, activation, folded));
      }
    }
  }

  private static boolean isActivation(Expr e) {
    return e.op() == Expr.Op.SIGMOID || e.op() == Expr.Op.TANH || e.op() == Expr.Op.RELU
        || e.op() == Expr.Op.CLAMP;
  }

  private boolean isPreactivation(Expr e) {
    if (e.isConstant() || uses.get(e) > 1) {
      return e.isConstant();
    }
    return e.op() == Expr.Op.AFFINE || (e.op() == Expr.Op.ADD || e.op() == Expr.Op.SUBTRACT)
        && e.operands().stream().allMatch(this::isPreactivation);
  }

  private Box add(Diagram.Kind kind, String symbol, List<Expr> expressions, List<Box> sources) {
    Box box = new Box(boxes.size(), kind, symbol, expressions, sources);
    expressions.stream().map(equationOf::get).forEach(equation -> box.equation = equation);
    boxes.add(box);
    return box;
  }

  private Box box(Expr e) {
    switch (e.op()) {
      case INPUT:
        return add(Diagram.Kind.INPUT, variable(e.name(), "t"), List.of(e), List.of());
      case LET:
        return named(e);
      case AFFINE:
        return add(Diagram.Kind.MAP, matrix(e), List.of(e), distinct(e.operands()));
      case CONCATENATE:
        return add(Diagram.Kind.CONCATENATION, "[ ; ]", List.of(e), sources(e.operands()));
      case SIGMOID:
        return activation(e, "\u03c3");
      case TANH:
        return activation(e, "tanh");
      case RELU:
        return activation(e, "ReLU");
      case CLAMP:
        return activation(e, "g");
      case COMPLEMENT:
        return add(Diagram.Kind.OPERATION, "1 -", List.of(e), sources(e.operands()));
      case ADD:
        return operation(e, "+");
      case SUBTRACT:
        return operation(e, "-");
      case MULTIPLY:
        return operation(e, "\u00d7");
      default:
        throw new AssertionError(e.op());
    }
  }

  private Box activation(Expr e, String symbol) {
    Expr argument = e.operands().get(0);
    if (!isPreactivation(argument)) {
      return add(Diagram.Kind.OPERATION, symbol, List.of(e), sources(e.operands()));
    }
    List<Expr> operands = new ArrayList<>();
    collect(argument, operands);
    return add(Diagram.Kind.MAP, symbol, List.of(e), distinct(operands));
  }

  private static void collect(Expr e, List<Expr> operands) {
    if (e.op() == Expr.Op.AFFINE) {
      operands.addAll(e.operands());
    } else if (!e.isConstant()) {
      e.operands().forEach(operand -> collect(operand, operands));
    }
  }

  private Box operation(Expr e, String sign) {
    Expr a = e.operands().get(0);
    Expr b = e.operands().get(1);
    String symbol = sign;
    if (a.isConstant()) {
      symbol = e.op() == Expr.Op.SUBTRACT ? constant(a) + " -" : sign + " " + constant(a);
    } else if (b.isConstant()) {
      symbol = sign + " " + constant(b);
    }
    return add(Diagram.Kind.OPERATION, symbol, List.of(e), sources(e.operands()));
  }

  /**
   * A name stands beside the operation that it names. A next state or output has its name at its end, an
   * alias a box.
   */
  private Box named(Expr let) {
    Box value = boxOf.get(let.operands().get(0));
    boolean next = cell.states().stream().anyMatch(s -> cell.next(s) == let);
    boolean operation = value.kind != Diagram.Kind.STATE && value.kind != Diagram.Kind.INPUT;
    if (next || operation && value.name.isEmpty() && let.operands().get(0).op() != Expr.Op.LET) {
      value.name = next || let == cell.output() ? value.name : variable(let.name(), "t");
      value.expressions.add(let);
      return value;
    }
    return add(Diagram.Kind.NAME, variable(let.name(), "t"), List.of(let), List.of(value));
  }

  /** The boxes that operands come from; constants come from none. */
  private List<Box> sources(List<Expr> operands) {
    return operands.stream().filter(o -> !o.isConstant()).map(boxOf::get).collect(Collectors.toList());
  }

  /** A map has one wire from each box, however often it takes its value. */
  private List<Box> distinct(List<Expr> operands) {
    return sources(operands).stream().distinct().collect(Collectors.toList());
  }

  private String variable(String name, String time) {
    return cell.notation().variable(name, time);
  }

  private String matrix(Expr affine) {
    String plain = affine.weights().isEmpty() ? affine.biases().get(0).name() : affine.weights().size() == 1
        ? affine.weights().get(0).name() : affine.name().isEmpty() ? "W" : "W_" + affine.name();
    return cell.notation().parameter(plain);
  }

  private String constant(Expr e) {
    return e.name() == null ? e.toString() : Notation.indexed(e.name(), false);
  }
}
