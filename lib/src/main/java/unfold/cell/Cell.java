package unfold.cell;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import unfold.Check;

/**
 * A recurrent cell: what one step of time does to its states, written as equations.
 *
 * <pre>{@code
 * Cell ugrnn = Cell.define("UGRNN", (eq, x, h) -> {          // Collins et al. (2017), equations 2-4
 *   Expr c = eq.let("c", tanh(eq.affine("c", h, x)));
 *   Expr g = eq.let("g", sigmoid(eq.affine("g", h, x).plus(1)));
 *   return eq.next(h, g.times(h).plus(g.complement().times(c)));
 * });
 * }</pre>
 *
 * A cell is immutable and has no size: the number of inputs I and of units n are given where it is used.
 */
public final class Cell {

  /** The equations of a cell with one state, h; returns the cell's output. */
  @FunctionalInterface
  public interface Definition {
    /** Writes the equations of input x and previous state h and returns the output. */
    Expr write(Equations eq, Expr x, Expr h);
  }

  private final String name;
  private final Notation notation;
  private final BiFunction<Equations, Expr, Expr> definition;
  private final boolean biasPerMatrix;
  private final List<Expr> states;
  private final Map<Expr, Expr> next;
  private final List<Expr> equations;
  private final List<Parameter> parameters;
  private final Expr output;
  private final List<Expr> nodes;
  private final boolean square;

  private Cell(String name, Notation notation, BiFunction<Equations, Expr, Expr> definition, boolean biasPerMatrix) {
    Check.that(name != null && !name.isBlank(), "a cell must have a name, but has none");
    this.name = name;
    this.notation = notation;
    this.definition = definition;
    this.biasPerMatrix = biasPerMatrix;
    Equations eq = new Equations(notation, biasPerMatrix);
    output = definition.apply(eq, eq.input());
    states = eq.states();
    next = eq.next();
    equations = eq.equations();
    parameters = eq.parameters();
    Check.that(output != null, "cell %s must return its output, but returned null", name);
    Check.that(!states.isEmpty(), "cell %s must have a state, but declares none", name);
    for (Expr state : states) {
      Check.that(next.containsKey(state), "state %s of cell %s is never set: call eq.next(%s, ...)",
          state.name(), name, state.name());
    }
    nodes = sorted();
    checkNodes(eq.input());
    square = nodes.stream().anyMatch(e -> e.op() == Expr.Op.INPUT && e.width().equals(Width.UNITS));
  }

  /** Defines a cell with one state h; the function returns its output, usually {@code eq.next(h, ...)}. */
  public static Cell define(String name, Definition definition) {
    return define(name, Notation.CAPACITY, (eq, x) -> definition.write(eq, x, eq.state("h")));
  }

  /**
   * Defines a cell with any number of states, each declared by {@link Equations#state}.
   *
   * @param name what it is called in figures and tables
   * @param notation how its equations are set
   * @param definition writes the equations of the input and returns the cell's output
   * @throws IllegalArgumentException if a state is never set, names clash or widths differ
   */
  public static Cell define(String name, Notation notation, BiFunction<Equations, Expr, Expr> definition) {
    return new Cell(name, notation, definition, false);
  }

  /** Defines a cell with any number of states in the notation for cells of one's own. */
  public static Cell define(String name, BiFunction<Equations, Expr, Expr> definition) {
    return define(name, Notation.CAPACITY, definition);
  }

  /**
   * Returns this cell with a bias for each matrix instead of one for each affine map, as PyTorch's RNN, GRU and LSTM
   * have: the sum of two biases is no other function than one bias, but counts and trains differently.
   */
  public Cell withBiasPerMatrix() {
    return new Cell(name, notation, definition, true);
  }

  /** Returns this cell under another name. */
  public Cell named(String name) {
    return new Cell(name, notation, definition, biasPerMatrix);
  }

  private List<Expr> sorted() {
    Set<Expr> done = new LinkedHashSet<>();
    equations.forEach(e -> visit(e, done));
    visit(output, done);
    return List.copyOf(done);
  }

  private static void visit(Expr e, Set<Expr> done) {
    if (!done.contains(e)) {
      e.operands().forEach(operand -> visit(operand, done));
      done.add(e);
    }
  }

  private void checkNodes(Expr input) {
    Set<Expr> inputs = new LinkedHashSet<>();
    for (Expr e : nodes) {
      Check.that(e.op() != Expr.Op.STATE || states.contains(e), "cell %s uses %s, a state of another cell", name, e);
      Check.that(e.op() != Expr.Op.LET || equations.contains(e), "cell %s uses %s, an equation of another cell",
          name, e.name());
      if (e.op() == Expr.Op.INPUT) {
        inputs.add(e);
      }
    }
    Check.that(inputs.size() <= 1, "cell %s uses %s both with width I and with width n", name, input.name());
    Check.that(output.width().units() + output.width().inputs() > 0, "cell %s must return a vector, but returns %s",
        name, output);
  }

  /** Returns what it is called in figures and tables. */
  public String name() {
    return name;
  }

  /** Returns how its equations are set. */
  public Notation notation() {
    return notation;
  }

  /** Returns its states, each as its value at the step before, in the order of their declaration. */
  public List<Expr> states() {
    return states;
  }

  /** Returns a state's value at this step. */
  public Expr next(Expr state) {
    return next.get(state);
  }

  /** Returns the cell's output at this step, what a readout or the next layer sees. */
  public Expr output() {
    return output;
  }

  /** Returns the named equations in the order in which they were written. */
  public List<Expr> equations() {
    return equations;
  }

  /** Returns all expressions of the cell, every one after its operands. */
  public List<Expr> nodes() {
    return nodes;
  }

  /** Returns its matrices and biases in the order in which the equations first use them. */
  public List<Parameter> parameters() {
    return parameters;
  }

  /** Tells whether it only fits where there are as many inputs as units. */
  public boolean isSquare() {
    return square;
  }

  /**
   * Returns the number of its parameters.
   *
   * @param inputs the number of inputs I, at least 1
   * @param units the number of units n, at least 1
   * @throws IllegalArgumentException if a size is below 1, or I differs from n in a cell that mixes x with its state
   */
  public int parameterCount(int inputs, int units) {
    checkSizes(inputs, units);
    return parameters.stream().mapToInt(p -> p.count(inputs, units)).reduce(0, Math::addExact);
  }

  /** Throws unless the cell can have these sizes. */
  public void checkSizes(int inputs, int units) {
    Check.atLeast("the number of inputs", inputs, 1);
    Check.atLeast("the number of units", units, 1);
    Check.that(!square || inputs == units,
        "cell %s mixes its input with its state, so it needs as many inputs as units, but has %d and %d: "
            + "project the input to %d first", name, inputs, units, units);
  }

  /** Returns the equations as LaTeX in the notation of the cell's paper, aligned at the equals signs. */
  public String latex() {
    return Typesetter.latex(equations, notation);
  }

  /** Returns the equations as text, one a line. */
  public String text() {
    return Typesetter.text(equations);
  }

  /**
   * Returns the Java source of the program that the vector engine generates from the equations: a step forward and a step
   * back, for any number of inputs and units.
   */
  public String kernelSource() {
    return ServiceLoader.load(KernelSource.class, Cell.class.getClassLoader()).findFirst()
        .orElseThrow(() -> new IllegalStateException("the library lacks an engine that writes source")).of(this);
  }

  /** Returns the cell's name and its states: {@code LSTM(d, c)}. */
  @Override
  public String toString() {
    return name + states.stream().map(Expr::name).collect(Collectors.joining(", ", "(", ")"));
  }
}
