package unfold.cell;

import java.util.ArrayList;
import java.util.List;
import unfold.Seed;

/**
 * Cells that nobody would write, to test what must hold for all that can be written: one to three states,
 * gates of one or several operands, maps of the input or the bias alone, nested products, concatenations,
 * constants, values used twice, values without a use of their own name. The same seed gives the same cell.
 */
public final class RandomCells {
  private static final String[] STATES = {"h", "c", "s"};

  private final Seed.Stream random;
  private final boolean smooth;
  private final boolean bounded;
  private final Notation notation;
  private final Equations eq;
  private final Expr x;
  private final List<Expr> named = new ArrayList<>();
  private final List<Expr> pool = new ArrayList<>();
  private final List<Expr> kinked = new ArrayList<>();
  private int gates;

  private RandomCells(Seed seed, boolean smooth, boolean bounded, Notation notation, Equations eq,
      Expr input) {
    this.notation = notation;
    random = seed.stream("cell");
    this.smooth = smooth;
    this.bounded = bounded;
    this.eq = eq;
    x = random.nextInt(5) == 0 ? eq.asWideAsState(input) : input;
  }

  /** Returns a cell of any operations. */
  public static Cell any(Seed seed) {
    return cell(seed, false, false);
  }

  /** Returns a cell with differentiable operations only, whose states stay in [-1, 1]. */
  public static Cell smooth(Seed seed) {
    return cell(seed, true, true);
  }

  /** Returns a cell of any operations whose states stay in [-1, 1]. */
  public static Cell bounded(Seed seed) {
    return cell(seed, false, true);
  }

  private static Cell cell(Seed seed, boolean smooth, boolean bounded) {
    Notation notation = Notation.values()[seed.stream("notation").nextInt(Notation.values().length)];
    return Cell.define("random " + seed.value(), notation,
        (eq, x) -> new RandomCells(seed, smooth, bounded, notation, eq, x).write());
  }

  /**
   * Returns {@link #bounded}'s cell with another output: how far the arguments of its ReLUs and clamps are
   * from the kinks, all side by side; null if it has neither.
   */
  public static Cell distancesFromKinks(Seed seed) {
    List<Expr> found = new ArrayList<>();
    Cell cell = Cell.define("kinks", (eq, x) -> {
      RandomCells writer = new RandomCells(seed, false, true, Notation.CAPACITY, eq, x);
      Expr output = writer.write();
      for (Expr e : writer.kinked) {
        Expr a = e.operands().get(0);
        if (e.op() == Expr.Op.RELU) {
          found.add(a);
        } else {
          found.add(a.plus(1));
          found.add(a.plus(-1));
        }
      }
      return found.isEmpty() ? output : Expr.concat(found.get(0), found.subList(1, found.size())
          .toArray(Expr[]::new));
    });
    return found.isEmpty() ? null : cell;
  }

  private Expr write() {
    int count = 1 + random.nextInt(STATES.length);
    for (int i = 0; i < count; i++) {
      named.add(eq.state(STATES[i]));
    }
    List<Expr> states = List.copyOf(named);
    pool.addAll(states);
    if (x.width().equals(Width.UNITS)) {
      pool.add(x);
    }
    int lets = random.nextInt(5);
    for (int i = 1; i <= lets; i++) {
      let((random.nextInt(4) == 0 ? "a~" + i + "^in" : "a" + i).replace("~" + i, i + "~"), expression(2));
    }
    List<Expr> order = new ArrayList<>(states);
    java.util.Collections.rotate(order, random.nextInt(count));
    Expr output = null;
    for (Expr state : order) {
      Expr next = eq.next(state, bounded || random.nextInt(3) > 0 ? squashed(expression(2)) : expression(2));
      output = output == null || random.nextInt(2) == 0 ? next : output;
      named.add(next);
      pool.add(next);
    }
    return random.nextInt(3) > 0 ? output : random.nextInt(2) == 0 ? pick(pool) : expression(2);
  }

  private void let(String name, Expr value) {
    Expr let = eq.let(name, value);
    named.add(let);
    pool.add(let);
  }

  private Expr pick(List<Expr> from) {
    return from.get(random.nextInt(from.size()));
  }

  private Expr expression(int depth) {
    Expr e = depth == 0 || random.nextInt(8) == 0 ? pick(pool) : operation(depth);
    if (random.nextInt(3) == 0) {
      pool.add(e);
    }
    return e;
  }

  private Expr operation(int depth) {
    switch (random.nextInt(10)) {
      case 0:
      case 1:
        return squashed(preactivation());
      case 2:
        return preactivation();
      case 3:
        return activation(expression(depth - 1));
      case 4:
        return expression(depth - 1).plus(expression(depth - 1));
      case 5:
        return expression(depth - 1).minus(expression(depth - 1));
      case 6:
        return expression(depth - 1).times(expression(depth - 1));
      case 7:
        return expression(depth - 1).complement();
      case 8:
        return withConstant(expression(depth - 1));
      default:
        return expression(depth - 1).times(expression(depth - 1)).plus(withConstant(pick(pool)));
    }
  }

  private Expr withConstant(Expr e) {
    double value = random.nextInt(-4, 5) / 2.0;
    Expr symbol = eq.constant("k", value);
    switch (random.nextInt(6)) {
      case 0: return e.plus(value);
      case 1: return e.times(value);
      case 2: return e.plus(symbol);
      case 3: return symbol.minus(e);
      case 4: return e.minus(symbol);
      default: return e.times(Expr.tanh(symbol).plus(1));
    }
  }

  private Expr activation(Expr e) {
    int choice = random.nextInt(smooth ? 2 : 4);
    Expr activated = choice == 0 ? Expr.sigmoid(e) : choice == 1 ? Expr.tanh(e) : choice == 2 ? Expr.relu(e)
        : Expr.clamp(e);
    if (choice > 1) {
      kinked.add(activated);
    }
    return activated;
  }

  private Expr squashed(Expr e) {
    return random.nextInt(2) == 0 ? Expr.sigmoid(e) : Expr.tanh(e);
  }

  private Expr preactivation() {
    switch (random.nextInt(5)) {
      case 0: return affine().plus(affine());
      case 1: return affine().plus(eq.constant("b^fg", 1));
      default: return affine();
    }
  }

  /** A map of different operands: each lends its name to a matrix. */
  private Expr affine() {
    gates++;
    String gate = "g" + gates;
    if (random.nextInt(12) == 0) {
      return eq.affine(gate);
    }
    if (random.nextInt(5) == 0) {
      return eq.affine(gate, x);
    }
    List<Expr> candidates = new ArrayList<>(named);
    if (!named.contains(x)) {
      candidates.add(x);
    }
    List<Expr> operands = new ArrayList<>();
    int count = 1 + random.nextInt(Math.min(3, candidates.size()));
    for (int i = 0; i < count; i++) {
      operands.add(operand(candidates.remove(random.nextInt(candidates.size()))));
    }
    List<String> names = operands.stream().map(RandomCells::lastName).distinct().toList();
    if (names.size() < operands.size()) {
      return eq.affine(gate, operands.get(0));
    }
    boolean lettersClash = notation == Notation.F1B && operands.size() > 1;
    if (lettersClash) {
      return affineOfStates(gate);
    }
    Expr[] array = operands.toArray(Expr[]::new);
    return random.nextInt(4) == 0 ? eq.linear(gate, array) : eq.affine(gate, array);
  }

  /** This notation tells operands apart by three letters: input, first and second state. */
  private Expr affineOfStates(String gate) {
    List<Expr> states = named.stream().filter(e -> e.op() == Expr.Op.STATE).limit(2).toList();
    Expr[] operands = java.util.stream.Stream.concat(java.util.stream.Stream.of(x), states.stream())
        .toArray(Expr[]::new);
    return eq.affine(gate, operands);
  }

  private Expr operand(Expr e) {
    Expr other = pick(pool);
    switch (random.nextInt(6)) {
      case 0: return e.width().equals(other.width()) ? other.times(e) : e;
      case 1: return Expr.concat(other, e);
      default: return e;
    }
  }

  private static String lastName(Expr e) {
    return e.name() != null ? e.name().replaceFirst("\\^.*", "")
        : lastName(e.operands().get(e.operands().size() - 1));
  }
}
