package unfold.cell;

import java.util.Arrays;
import java.util.List;
import unfold.Check;

/**
 * A vector in a cell's equations: the input, a state of the step before, or what the operations here make of them.
 * Products are taken element by element; matrices come in by {@link Equations#affine}.
 */
public final class Expr {

  /** What an expression does with its operands. */
  public enum Op {
    /** The input x_t. */
    INPUT,
    /** A state of the step before, h_{t-1}. */
    STATE,
    /** One number, for all elements: a hyperparameter such as the forget bias. */
    CONSTANT,
    /** The sum of matrices times operands and of biases: the only operation with parameters. */
    AFFINE,
    /** The operands one after the other. */
    CONCATENATE,
    /** a + b. */
    ADD,
    /** a - b. */
    SUBTRACT,
    /** a times b, element by element. */
    MULTIPLY,
    /** 1 - a. */
    COMPLEMENT,
    /** 1 / (1 + exp(-a)). */
    SIGMOID,
    /** The hyperbolic tangent. */
    TANH,
    /** max(a, 0). */
    RELU,
    /** The piecewise linear g(a): a clamped to [-1, 1]. */
    CLAMP,
    /** The operand under a name: an equation of the cell. */
    LET
  }

  private final Op op;
  private final String name;
  private final Width width;
  private final List<Expr> operands;
  private final List<Parameter> weights;
  private final List<Parameter> biases;
  private final double value;

  private Expr(Op op, String name, Width width, List<Expr> operands, List<Parameter> weights,
      List<Parameter> biases, double value) {
    this.op = op;
    this.name = name;
    this.width = width;
    this.operands = List.copyOf(operands);
    this.weights = List.copyOf(weights);
    this.biases = List.copyOf(biases);
    this.value = value;
  }

  static Expr leaf(Op op, String name, Width width) {
    return new Expr(op, name, width, List.of(), List.of(), List.of(), Double.NaN);
  }

  static Expr constant(String symbol, double value) {
    return new Expr(Op.CONSTANT, symbol, Width.ANY, List.of(), List.of(), List.of(), value);
  }

  static Expr affine(String gate, List<Expr> operands, List<Parameter> weights, List<Parameter> biases) {
    return new Expr(Op.AFFINE, gate, Width.UNITS, operands, weights, biases, Double.NaN);
  }

  static Expr let(String name, Expr value) {
    return new Expr(Op.LET, name, value.width, List.of(value), List.of(), List.of(), Double.NaN);
  }

  private static Expr of(Op op, Width width, Expr... operands) {
    return new Expr(op, null, width, Arrays.asList(operands), List.of(), List.of(), Double.NaN);
  }

  /** Returns the logistic function of each element, 1 / (1 + exp(-a)). */
  public static Expr sigmoid(Expr a) {
    return of(Op.SIGMOID, a.width, a);
  }

  /** Returns the hyperbolic tangent of each element. */
  public static Expr tanh(Expr a) {
    return of(Op.TANH, a.width, a);
  }

  /** Returns max(a, 0) of each element; its derivative at 0 is 0. */
  public static Expr relu(Expr a) {
    return of(Op.RELU, a.width, a);
  }

  /**
   * Returns each element clamped to [-1, 1]: the activation g of "Understanding Feature Selection and Feature
   * Memorization in RNNs", equation 17. Its derivative is 1 in [-1, 1] and 0 outside.
   */
  public static Expr clamp(Expr a) {
    return of(Op.CLAMP, a.width, a);
  }

  /** Returns the operands one after the other, in one vector as wide as all together. */
  public static Expr concat(Expr first, Expr... others) {
    Expr[] operands = new Expr[others.length + 1];
    operands[0] = first;
    System.arraycopy(others, 0, operands, 1, others.length);
    Width width = Width.ANY;
    for (Expr operand : operands) {
      Check.that(!operand.isConstant(), "concat() takes vectors, but was given the constant %s", operand);
      width = width.plus(operand.width);
    }
    return of(Op.CONCATENATE, width, operands);
  }

  /** Returns this + other. */
  public Expr plus(Expr other) {
    return of(Op.ADD, common(other, "+"), this, other);
  }

  /** Returns this - other. */
  public Expr minus(Expr other) {
    return of(Op.SUBTRACT, common(other, "-"), this, other);
  }

  /** Returns the product with another vector, element by element. */
  public Expr times(Expr other) {
    return of(Op.MULTIPLY, common(other, "*"), this, other);
  }

  /** Returns this + a number. */
  public Expr plus(double number) {
    return plus(constant(null, number));
  }

  /** Returns this times a number. */
  public Expr times(double number) {
    return constant(null, number).times(this);
  }

  /** Returns 1 - this: how a gate weighs its other branch. */
  public Expr complement() {
    return of(Op.COMPLEMENT, width, this);
  }

  private Width common(Expr other, String sign) {
    if (width.equals(other.width) || other.width.equals(Width.ANY)) {
      return width;
    }
    Check.that(width.equals(Width.ANY),
        "the operands of '%s' must be equally wide, but %s has width %s and %s has width %s", sign, this, width,
        other, other.width);
    return other.width;
  }

  /** Returns what this expression does with its operands. */
  public Op op() {
    return op;
  }

  /** Returns the name of an input, state, equation, named constant or affine map; null for any other. */
  public String name() {
    return name;
  }

  /** Returns how wide the vector is. */
  public Width width() {
    return width;
  }

  /** Returns what the operation is applied to, in order. */
  public List<Expr> operands() {
    return operands;
  }

  /** Returns an affine map's matrices, one an operand; empty for any other operation. */
  public List<Parameter> weights() {
    return weights;
  }

  /** Returns an affine map's biases: none, one, or one an operand. */
  public List<Parameter> biases() {
    return biases;
  }

  /** Tells whether it is made of constants alone: one number for all elements and every step. */
  public boolean isConstant() {
    return width.equals(Width.ANY);
  }

  /**
   * Returns the number that an expression of constants alone amounts to.
   *
   * @throws IllegalArgumentException if it is no such expression
   */
  public double number() {
    Check.that(isConstant(), "%s is a vector, no constant", this);
    if (op == Op.CONSTANT) {
      return value;
    }
    double a = operands.get(0).number();
    return operands.size() == 1 ? apply(a) : apply(a, operands.get(1).number());
  }

  /**
   * Returns what an operation of one operand makes of a number, in double precision: the definition that all engines
   * follow.
   */
  public double apply(double a) {
    switch (op) {
      case COMPLEMENT: return 1 - a;
      case SIGMOID: return 1 / (1 + StrictMath.exp(-a));
      case TANH: return StrictMath.tanh(a);
      case RELU: return a > 0 || a != a ? a : 0;
      case CLAMP: return a < -1 ? -1 : a > 1 ? 1 : a;
      case LET: return a;
      default: throw new IllegalStateException(op + " has not one operand");
    }
  }

  /** Returns what an operation of two operands makes of two numbers. */
  public double apply(double a, double b) {
    switch (op) {
      case ADD: return a + b;
      case SUBTRACT: return a - b;
      case MULTIPLY: return a * b;
      default: throw new IllegalStateException(op + " has not two operands");
    }
  }

  /** Returns the expression as text: {@code tanh(W_ch h' + W_cx x + b_c)}, h' being h of the step before. */
  @Override
  public String toString() {
    return Typesetter.text(this);
  }
}
