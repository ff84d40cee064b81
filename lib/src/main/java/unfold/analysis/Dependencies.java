package unfold.analysis;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import unfold.Check;
import unfold.cell.Cell;
import unfold.cell.Expr;
import unfold.cell.Parameter;
import unfold.cell.SvgWriter;
import unfold.engine.Architecture;
import unfold.engine.Architecture.Block;
import unfold.engine.Architecture.StateBlock;
import unfold.net.Network;

/**
 * Which scalar variable of a network depends on which, read off the zeros of its matrices: Figure 1 of
 * "Understanding Feature Selection and Feature Memorization in RNNs" for the network of theorem 3.
 *
 * <p>Followed through the cells' equations element by element: an affine map depends on what its non-zero
 * weights multiply, a product with a value that is always zero on nothing, any other operation on what its
 * operands depend on.
 *
 * @param states for each state at t, in the order of {@link Architecture#stateBlocks()}, the states at t-1
 *     that it depends on
 * @param inputs for each state at t, the inputs at t that it depends on
 * @param inputCount the number of inputs I
 * @param names the states' names as formulas, {@code s^1}
 */
public record Dependencies(List<Set<Integer>> states, List<Set<Integer>> inputs, int inputCount,
    List<String> names) {

  /** Copies the lists. */
  public Dependencies {
    states = states.stream().map(Dependencies::sorted).toList();
    inputs = inputs.stream().map(Dependencies::sorted).toList();
    names = List.copyOf(names);
  }

  private static Set<Integer> sorted(Set<Integer> set) {
    return Collections.unmodifiableSet(new TreeSet<>(set));
  }

  /** What one number depends on, inputs and states; its value if that is nothing. */
  private record Element(Set<Integer> inputs, Set<Integer> states, double value) {
    static Element constant(double value) {
      return new Element(Set.of(), Set.of(), value);
    }

    boolean isConstant() {
      return inputs.isEmpty() && states.isEmpty();
    }

    boolean isZero() {
      return isConstant() && value == 0;
    }

    Element with(Element other) {
      Set<Integer> i = new TreeSet<>(inputs);
      Set<Integer> s = new TreeSet<>(states);
      i.addAll(other.inputs);
      s.addAll(other.states);
      return new Element(i, s, Double.NaN);
    }
  }

  /** Returns the dependencies of a network as its parameters are. */
  public static Dependencies of(Network network) {
    Architecture a = network.architecture();
    Element[] below = new Element[a.inputs()];
    for (int i = 0; i < below.length; i++) {
      below[i] = new Element(Set.of(i), Set.of(), Double.NaN);
    }
    if (a.embedded()) {
      throw new IllegalArgumentException("dependencies are on numbers, but the network embeds an index");
    }
    if (a.encoding() != null) {
      below = sum(product(network, a.block("projection.W"), below), values(network, a.block("projection.b")));
    }
    List<Set<Integer>> states = new ArrayList<>();
    List<Set<Integer>> inputs = new ArrayList<>();
    for (int k = 0; k < a.layers().size(); k++) {
      Map<Expr, Element[]> at = layer(network, k, below);
      Cell cell = a.layers().get(k).cell();
      for (Expr state : cell.states()) {
        for (Element element : at.get(cell.next(state))) {
          states.add(element.states);
          inputs.add(element.inputs);
        }
      }
      below = at.get(cell.output());
    }
    return new Dependencies(states, inputs, a.inputs(), names(a));
  }

  private static List<String> names(Architecture a) {
    List<String> names = new ArrayList<>();
    for (StateBlock block : a.stateBlocks()) {
      String letter = a.layers().size() == 1 ? block.state().name() : block.name();
      for (int i = 1; i <= block.width(); i++) {
        names.add(block.width() == 1 ? letter : letter + "^" + i);
      }
    }
    return names;
  }

  private static Map<Expr, Element[]> layer(Network network, int k, Element[] below) {
    Architecture a = network.architecture();
    Map<Expr, Element[]> at = new HashMap<>();
    for (StateBlock block : a.stateBlocks()) {
      if (block.layer() == k) {
        Element[] own = new Element[block.width()];
        for (int i = 0; i < own.length; i++) {
          own[i] = new Element(Set.of(), Set.of(block.offset() + i), Double.NaN);
        }
        at.put(block.state(), own);
      }
    }
    for (Expr e : a.layers().get(k).cell().nodes()) {
      if (e.op() == Expr.Op.INPUT) {
        at.put(e, below);
      } else if (e.op() != Expr.Op.STATE) {
        at.put(e, value(network, k, e, at));
      }
    }
    return at;
  }

  private static Element[] value(Network network, int layer, Expr e, Map<Expr, Element[]> at) {
    Architecture a = network.architecture();
    if (e.isConstant()) {
      return new Element[] {Element.constant(e.number())};
    }
    List<Element[]> operands = e.operands().stream().map(at::get).toList();
    if (e.op() == Expr.Op.CONCATENATE) {
      return operands.stream().flatMap(Arrays::stream).toArray(Element[]::new);
    }
    Element[] result = new Element[e.width().of(a.inputsOf(layer), a.layers().get(layer).units())];
    if (e.op() == Expr.Op.AFFINE) {
      Arrays.fill(result, Element.constant(0));
      for (int i = 0; i < operands.size(); i++) {
        result = sum(result, product(network, block(a, layer, e.weights().get(i)), operands.get(i)));
      }
      for (Parameter bias : e.biases()) {
        result = sum(result, values(network, block(a, layer, bias)));
      }
      return result;
    }
    for (int i = 0; i < result.length; i++) {
      Element first = element(operands.get(0), i);
      result[i] = operands.size() == 2 ? binary(e, first, element(operands.get(1), i))
          : first.isConstant() ? Element.constant(e.apply(first.value)) : first;
    }
    return result;
  }

  private static Element element(Element[] vector, int i) {
    return vector[vector.length == 1 ? 0 : i];
  }

  private static Element binary(Expr e, Element a, Element b) {
    if (e.op() == Expr.Op.MULTIPLY && (a.isZero() || b.isZero())) {
      return Element.constant(0);
    }
    return a.isConstant() && b.isConstant() ? Element.constant(e.apply(a.value, b.value)) : a.with(b);
  }

  private static Block block(Architecture a, int layer, Parameter parameter) {
    return a.block((layer + 1) + "." + parameter.name());
  }

  private static Element[] product(Network network, Block w, Element[] x) {
    Element[] y = new Element[w.rows()];
    for (int i = 0; i < y.length; i++) {
      y[i] = Element.constant(0);
      for (int j = 0; j < w.columns(); j++) {
        double weight = network.theta()[w.offset() + i * w.columns() + j];
        if (weight != 0) {
          y[i] = add(y[i], x[j].isConstant() ? Element.constant(weight * x[j].value) : x[j]);
        }
      }
    }
    return y;
  }

  private static Element[] values(Network network, Block block) {
    Element[] values = new Element[block.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = Element.constant(network.theta()[block.offset() + i]);
    }
    return values;
  }

  private static Element[] sum(Element[] a, Element[] b) {
    Element[] sum = new Element[a.length];
    for (int i = 0; i < sum.length; i++) {
      sum[i] = add(a[i], b[i]);
    }
    return sum;
  }

  private static Element add(Element a, Element b) {
    return a.isConstant() && b.isConstant() ? Element.constant(a.value + b.value) : a.with(b);
  }

  /**
   * Returns these dependencies under other names of the states.
   *
   * @param names one a state, as {@code S^1}
   */
  public Dependencies named(String... names) {
    Check.that(names.length == states.size(), "there must be %d names of states, but there are %d",
        states.size(), names.length);
    return new Dependencies(states, inputs, inputCount, List.of(names));
  }

  private static final double COLUMN = 150;
  private static final double ROW = 92;
  private static final double RADIUS = 24;
  private static final double MARGIN = 46;
  private static final double APART = 64;
  private static final double STUB = 0.42;
  private static final double LINE = 1.4;

  /**
   * Draws the dependencies unrolled over steps of time, states in rows, the inputs below, as SVG on a white
   * ground.
   *
   * @param steps how many steps are drawn, at least 2
   * @param inputNames one an input, as {@code X^I}
   * @throws IllegalArgumentException if there are fewer steps or another number of names
   */
  public String svg(int steps, String... inputNames) {
    Check.atLeast("the number of steps", steps, 2);
    Check.that(inputNames.length == inputCount, "there must be %d names of inputs, but there are %d",
        inputCount, inputNames.length);
    SvgWriter svg = new SvgWriter();
    for (int t = 0; t < steps; t++) {
      for (int s = 0; s < states.size(); s++) {
        arrows(svg, t, s, steps);
      }
    }
    for (int t = 0; t < steps; t++) {
      String time = t == 1 ? "t" : t == 0 ? "t-1" : "t+" + (t - 1);
      for (int s = 0; s < states.size(); s++) {
        svg.circle(x(t), y(s), RADIUS, "#ffffff", SvgWriter.INK);
        svg.formula(x(t), y(s) + 5, 17, "middle", at(names.get(s), time), SvgWriter.INK);
      }
      for (int i = 0; i < inputCount; i++) {
        svg.box(inputX(t, i) - 22, inputY() - 17, 44, 34, 5, "#fdf0d0", SvgWriter.INK);
        svg.formula(inputX(t, i), inputY() + 5, 17, "middle", at(inputNames[i], time), SvgWriter.INK);
      }
    }
    return svg.svg(x(steps - 1) + side(), inputY() + 17 + 20, "Dependency of variables");
  }

  private static String at(String name, String time) {
    int up = name.indexOf('^');
    return up < 0 ? name + "_{" + time + "}"
        : name.substring(0, up) + "_{" + time + "}^{" + name.substring(up + 1) + "}";
  }

  private double side() {
    return MARGIN + Math.max(RADIUS, 22 + (inputCount - 1) * APART / 2) + 10;
  }

  private double x(int t) {
    return side() + t * Math.max(COLUMN, inputCount * APART + 30);
  }

  private static double y(int state) {
    return 20 + RADIUS + state * ROW;
  }

  private double inputX(int t, int input) {
    return x(t) + (input - (inputCount - 1) / 2.0) * APART;
  }

  private double inputY() {
    return y(states.size() - 1) + RADIUS + 76;
  }

  /** What goes into a state at a step; beyond the first and last, only the beginning of an arrow is shown. */
  private void arrows(SvgWriter svg, int t, int state, int steps) {
    for (int i : inputs.get(state)) {
      arrow(svg, inputX(t, i), inputY(), 17, x(t), y(state), states.size() - 1 > state);
    }
    for (int s : states.get(state)) {
      double rise = (y(state) - y(s)) * STUB;
      double run = (x(1) - x(0)) * STUB;
      if (t > 0) {
        arrow(svg, x(t - 1), y(s), RADIUS, x(t), y(state), false);
      } else {
        arrow(svg, x(0) - run, y(state) - rise, 0, x(0), y(state), false);
      }
      if (t == steps - 1) {
        double length = Math.hypot(run, rise);
        svg.lines(List.of(List.of(new double[] {x(t) + run * RADIUS / length, y(s) + rise * RADIUS / length},
            new double[] {x(t) + run, y(s) + rise})), p -> false, SvgWriter.INK, LINE);
      }
    }
  }

  /** An arrow between the rims of two nodes; around the states below its goal if they are in the way. */
  private static void arrow(SvgWriter svg, double x0, double y0, double radius, double x1, double y1,
      boolean around) {
    double cx = (x0 + x1) / 2 + (around ? x0 < x1 ? -60 : 60 : 0);
    double cy = (y0 + y1) / 2;
    double start = Math.hypot(cx - x0, cy - y0);
    double end = Math.hypot(x1 - cx, y1 - cy);
    svg.arrow(x0 + (cx - x0) * radius / start, y0 + (cy - y0) * radius / start, cx, cy,
        x1 - (x1 - cx) * (RADIUS + 1) / end, y1 - (y1 - cy) * (RADIUS + 1) / end, SvgWriter.INK, LINE);
  }
}
