package unfold.cell;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import unfold.Check;

/** Where a cell's equations are written down, one after the other, by the function given to {@link Cell#define}. */
public final class Equations {
  private final Notation notation;
  private final boolean biasPerMatrix;
  private final Expr input;
  private final Map<String, Expr> states = new LinkedHashMap<>();
  private final Map<Expr, Expr> next = new LinkedHashMap<>();
  private final List<Expr> equations = new ArrayList<>();
  private final Map<String, Parameter> parameters = new LinkedHashMap<>();
  private final Set<Expr> recurrent = new LinkedHashSet<>();

  Equations(Notation notation, boolean biasPerMatrix) {
    this.notation = notation;
    this.biasPerMatrix = biasPerMatrix;
    input = Expr.leaf(Expr.Op.INPUT, notation.inputName(), Width.INPUTS);
  }

  Expr input() {
    return input;
  }

  /**
   * Returns the input as a vector of width n, for a cell that mixes it with its state; such a cell only fits where
   * there are as many inputs as units.
   */
  public Expr asWideAsState(Expr x) {
    Check.that(x == input, "asWideAsState() takes the input %s, but was given %s", input.name(), x);
    return Expr.leaf(Expr.Op.INPUT, input.name(), Width.UNITS);
  }

  /**
   * Declares a state of n units and returns its value at the step before.
   *
   * @throws IllegalArgumentException if the name is taken
   */
  public Expr state(String name) {
    checkName("a state", name);
    Check.that(!states.containsKey(name) && !name.equals(input.name()),
        "a state's name must be its own, but '%s' is taken", name);
    Expr state = Expr.leaf(Expr.Op.STATE, name, Width.UNITS);
    states.put(name, state);
    return state;
  }

  /**
   * Returns the affine map W_1 a_1 + W_2 a_2 + ... + b of width n, with matrices and a bias of its own. Matrices are
   * named by the gate and by the operands; a product such as r * h gives its last factor's name.
   *
   * @param gate the name of the map; may be empty for a cell that has one only
   */
  public Expr affine(String gate, Expr... operands) {
    return affine(gate, true, operands);
  }

  /** Returns {@link #affine} without a bias. */
  public Expr linear(String gate, Expr... operands) {
    Check.that(operands.length > 0, "linear map '%s' must have at least one operand, but has none", gate);
    return affine(gate, false, operands);
  }

  private Expr affine(String gate, boolean withBias, Expr... operands) {
    List<Parameter> weights = new ArrayList<>();
    List<Parameter> biases = new ArrayList<>();
    for (Expr operand : operands) {
      Check.that(!operand.isConstant(), "affine map '%s' takes vectors, but was given the constant %s", gate, operand);
      Parameter.Role role = dependsOnState(operand) ? Parameter.Role.RECURRENT : Parameter.Role.INPUT;
      String name = notation.weight(gate, kind(operand), principal(operand), operands.length == 1);
      if (parameters.containsKey(name) && operands.length > 1) {
        name = notation.weightByOperand(gate, kind(operand), principal(operand));
      }
      weights.add(add(new Parameter(name, role, gate, Width.UNITS, operand.width())));
      if (withBias && biasPerMatrix) {
        biases.add(add(bias(notation.bias(gate + (operands.length == 1 ? "" : principal(operand)), ""), gate)));
      }
    }
    if (withBias && biases.isEmpty()) {
      biases.add(add(bias(notation.bias(gate, operands.length == 0 ? "" : principal(operands[0])), gate)));
    }
    return Expr.affine(gate, List.of(operands), weights, biases);
  }

  private static Parameter bias(String name, String gate) {
    return new Parameter(name, Parameter.Role.BIAS, gate, Width.UNITS, null);
  }

  private Parameter add(Parameter parameter) {
    Check.that(parameters.putIfAbsent(parameter.name(), parameter) == null,
        "parameter names must be unique, but gate '%s' makes a second %s: give the affine map another name",
        parameter.gate(), parameter.name());
    return parameter;
  }

  /** Returns a number with a symbol, the same for all units: a hyperparameter such as the forget bias. */
  public Expr constant(String symbol, double value) {
    checkName("a constant", symbol);
    return Expr.constant(symbol, Check.finite(symbol, value));
  }

  /**
   * Names a value, which makes it one of the cell's typeset equations, and returns the named value.
   *
   * @throws IllegalArgumentException if the name is taken
   */
  public Expr let(String name, Expr value) {
    checkName("an equation", name);
    Check.that(!states.containsKey(name) && !name.equals(input.name()) && equations.stream()
        .noneMatch(e -> e.name().equals(name)), "an equation's name must be its own, but '%s' is taken", name);
    return equation(name, value);
  }

  /**
   * Says what a state becomes at this step and returns it, h_t, for the equations after it.
   *
   * @throws IllegalArgumentException if it is no state of this cell, has a value already, or widths differ
   */
  public Expr next(Expr state, Expr value) {
    Check.that(states.containsValue(state), "next() sets a state of this cell, but %s is none", state);
    Check.that(!next.containsKey(state), "state %s must be set once, but is set again, to %s", state.name(), value);
    Check.that(value.width().equals(Width.UNITS), "state %s has width n, but its value %s has width %s",
        state.name(), value, value.width());
    Expr equation = equation(state.name(), value);
    next.put(state, equation);
    return equation;
  }

  private Expr equation(String name, Expr value) {
    Expr equation = Expr.let(name, value);
    equations.add(equation);
    return equation;
  }

  private static void checkName(String what, String name) {
    Check.that(name != null && !name.isBlank(), "%s must have a name, but has none", what);
  }

  private boolean dependsOnState(Expr e) {
    if (recurrent.contains(e)) {
      return true;
    }
    boolean depends = e.op() == Expr.Op.STATE || e.operands().stream().anyMatch(this::dependsOnState);
    if (depends) {
      recurrent.add(e);
    }
    return depends;
  }

  /** The name an operand lends to its matrix: its own without what stands above it, else its last factor's. */
  private static String principal(Expr e) {
    boolean named = e.op() == Expr.Op.INPUT || e.op() == Expr.Op.STATE || e.op() == Expr.Op.LET;
    return named || e.operands().isEmpty() ? e.name().replaceFirst("\\^.*", "")
        : principal(e.operands().get(e.operands().size() - 1));
  }

  /** Which kind of value an operand is: 0 for the input alone, 1 for the first state or what is made of it, ... */
  private int kind(Expr operand) {
    if (!dependsOnState(operand)) {
      return 0;
    }
    int k = List.copyOf(states.keySet()).indexOf(principal(operand));
    return k < 0 ? 1 : k + 1;
  }

  List<Expr> states() {
    return List.copyOf(states.values());
  }

  Map<Expr, Expr> next() {
    return next;
  }

  List<Expr> equations() {
    return List.copyOf(equations);
  }

  List<Parameter> parameters() {
    return List.copyOf(parameters.values());
  }
}
