package unfold.net;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import unfold.cell.Diagram.Point;
import unfold.cell.Expr;
import unfold.cell.Notation;
import unfold.cell.SvgWriter;
import unfold.engine.Architecture;
import unfold.engine.Architecture.Block;
import unfold.engine.Architecture.Layer;
import unfold.net.NetworkDiagram.Arrow;
import unfold.net.NetworkDiagram.Box;
import unfold.net.NetworkDiagram.Kind;
import unfold.net.NetworkDiagram.Label;

/**
 * Places a network's levels one above the other, with as much room between them as the names of the
 * parameters need that lead from one to the next; unfolded, once a step side by side.
 */
final class NetworkLayout {
  private static final Set<Architecture.Kind> VECTORS = Set.of(Architecture.Kind.BIAS,
      Architecture.Kind.PROJECTION_BIAS, Architecture.Kind.READOUT_BIAS, Architecture.Kind.INITIAL_STATE);
  /** So many names stand in a line. */
  private static final int NAMES = 4;
  /** Of more steps, the first and the last ones are drawn. */
  private static final int COLUMNS = 4;
  // Distances in pixels.
  private static final double MARGIN = 18;
  private static final double LINE = 20;
  private static final double BESIDE = 10;
  private static final double GAP = 38;
  private static final double VECTOR = 200;
  private static final double HEIGHT = 30;
  private static final double STATE = 26;
  private static final double LOOP = 18;
  private static final double CUT = 28;
  private static final double PAUSE = 40;

  /** What is computed at a step: the input, a layer, ...; with the parameters that lead to it. */
  private static final class Level {
    final Kind kind;
    final int layer;
    final int width;
    final String cell;
    final Notation notation;
    final List<String> states;
    final List<Block> entering = new ArrayList<>();
    final List<Block> recurrent = new ArrayList<>();
    final List<Block> initial = new ArrayList<>();
    /** The height of the box, and the room that it has with what stands beside it. */
    double height;
    double room;
    double middle;

    Level(Kind kind, int width) {
      this.kind = kind;
      this.width = width;
      layer = -1;
      cell = null;
      notation = null;
      states = List.of();
    }

    Level(int layer, Layer of) {
      kind = Kind.LAYER;
      width = of.units();
      this.layer = layer;
      cell = of.cell().name();
      notation = of.cell().notation();
      states = of.cell().states().stream().map(Expr::name).collect(Collectors.toList());
    }

    double top() {
      return middle - height / 2;
    }

    double bottom() {
      return middle + height / 2;
    }

    /** The height of the wire of the k-th state. */
    double wire(int k) {
      return middle + STATE * (k - (states.size() - 1) / 2.0);
    }

    List<String> states(String time) {
      return states.stream().map(state -> notation.variable(state, time)).collect(Collectors.toList());
    }
  }

  /** A label that has no place yet. */
  private record Text(List<String> formulas, String words, List<String> parameters) {
    static Text words(String words) {
      return new Text(List.of(), words, List.of());
    }

    static Text formulas(List<String> formulas) {
      return new Text(formulas, "", List.of());
    }

    static Text formula(String formula) {
      return formulas(List.of(formula));
    }

    double width() {
      return new Label(0, 0, formulas, words, parameters).width();
    }
  }

  private final Architecture architecture;
  private final Notation notation;
  private final List<Level> levels = new ArrayList<>();
  private final List<Box> boxes = new ArrayList<>();
  private final List<Label> labels = new ArrayList<>();
  private final List<Arrow> arrows = new ArrayList<>();

  private NetworkLayout(Architecture architecture) {
    this.architecture = architecture;
    notation = architecture.layers().get(0).cell().notation();
    levels.add(new Level(Kind.INPUT, architecture.inputs()));
    if (architecture.encoding() != null) {
      levels.add(new Level(Kind.ENCODING, architecture.encoding().width()));
    }
    int firstLayer = levels.size();
    architecture.layers().forEach(layer -> levels.add(new Level(levels.size() - firstLayer, layer)));
    if (architecture.readout() != null) {
      levels.add(new Level(Kind.READOUT, architecture.outputs()));
    }
    for (Block block : architecture.blocks()) {
      Level level = levels.get(firstLayer + block.layer());
      (block.kind() == Architecture.Kind.RECURRENT ? level.recurrent
          : block.kind() == Architecture.Kind.INITIAL_STATE ? level.initial : level.entering).add(block);
    }
  }

  // ---- As it is ----

  static NetworkDiagram folded(Architecture architecture) {
    return new NetworkLayout(architecture).folded();
  }

  private NetworkDiagram folded() {
    for (Level level : levels) {
      level.height = Math.max(HEIGHT, loop(level.states.size()) + BESIDE);
      int lines = Math.max(names(level).size(), recurrence(level).size());
      level.room = Math.max(lines * LINE, level.height);
    }
    stack(i -> entering(levels.get(i), true).size());
    for (int i = 0; i < levels.size(); i++) {
      Level level = levels.get(i);
      boxes.add(new Box(level.kind, level.layer, 0, level.width, "", 0, level.top(), VECTOR, level.height));
      before(-BESIDE, level.middle, names(level));
      for (int k = 1; k <= level.states.size(); k++) {
        double far = VECTOR + LOOP + BESIDE * (k - 1);
        double up = level.middle - loop(k) / 2;
        double down = level.middle + loop(k) / 2;
        arrow(false, VECTOR, up, far, up, far, down, VECTOR, down);
      }
      after(VECTOR + LOOP + BESIDE * level.states.size(), level.middle, recurrence(level));
      enter(VECTOR / 2, i, entering(level, true));
    }
    leave(VECTOR / 2, loss());
    return diagram(0);
  }

  /** The height of the loop of so many states, of which each goes round those before it. */
  private static double loop(int states) {
    return 12 * states;
  }

  /** What stands before a level: its symbol, what it is and how wide. */
  private List<Text> names(Level level) {
    switch (level.kind) {
      case INPUT:
        return List.of(Text.formula(notation.variable(notation.inputName(), "t")),
            Text.words(architecture.embedded() ? "one of " + count(level.width, "symbol")
                : count(level.width, "input")));
      case ENCODING:
        return List.of(Text.words(encoding()), Text.words(count(level.width, "number")));
      case LAYER:
        return List.of(Text.formulas(level.states("t")),
            Text.words(level.cell + ", " + count(level.width, "unit")));
      default:
        return List.of(Text.formula(notation.variable(notation.outputName(), "t")),
            Text.words(count(level.width, "output") + (architecture.readout().tanh() ? ", tanh" : "")));
    }
  }

  private List<Text> recurrence(Level level) {
    List<Text> lines = new ArrayList<>();
    if (level.kind == Kind.LAYER) {
      lines.add(Text.formulas(level.states("t-1")));
      lines.addAll(parameters(level.recurrent, true, ""));
      lines.addAll(parameters(level.initial, true, ", learned"));
    }
    return lines;
  }

  private List<Text> loss() {
    if (architecture.loss() == null) {
      return List.of();
    }
    switch (architecture.loss()) {
      case SQUARED_ERROR: return List.of(Text.words("loss: squared error"));
      case LOGISTIC: return List.of(Text.words("loss: logistic"));
      default: return List.of(Text.words("loss: softmax cross-entropy"));
    }
  }

  // ---- Unfolded ----

  static NetworkDiagram unfolded(Architecture architecture, int steps) {
    return new NetworkLayout(architecture).unfolded(steps);
  }

  private NetworkDiagram unfolded(int steps) {
    double width = 0;
    double between = 0;
    for (Level level : levels) {
      width = Math.max(width, SvgWriter.width(title(level), NetworkDiagram.SIZE) + 2 * BESIDE);
      level.height = level.kind == Kind.INPUT ? LINE : Math.max(HEIGHT, STATE * level.states.size() + BESIDE);
      level.room = level.height;
      for (String state : level.states(time(steps))) {
        between = Math.max(between, SvgWriter.width(state, NetworkDiagram.SIZE) + 2 * BESIDE);
      }
    }
    stack(i -> Math.max(entering(levels.get(i), false).size(),
        start(levels.get(i)).size() + (i == 0 ? 0 : recurrent(levels.get(i - 1)).size())));
    double x = 0;
    for (int step = steps - 1; step >= 0; step--) {
      boolean pause = steps > COLUMNS && step == COLUMNS - 1;
      if (pause || steps <= COLUMNS || step == steps - 1 || step < COLUMNS - 1) {
        double room = pause ? PAUSE : width;
        for (int i = 0; i < levels.size(); i++) {
          Level level = levels.get(i);
          if (!pause) {
            place(i, x, room, step);
          } else if (level.kind == Kind.LAYER) {
            boxes.add(new Box(Kind.PAUSE, level.layer, step, 0, "", x, level.top(), room, level.height));
          }
          if (step == steps - 1) {
            begin(level, x, steps);
          } else {
            pass(level, x - between, x, pause ? steps - 1 : step + 1);
          }
        }
        x += room + between;
      }
    }
    end(x - between);
    measure(x - between, steps);
    return diagram(steps);
  }

  /** Draws a level at a step, with the arrow from below; at the last step the parameters are named. */
  private void place(int i, double x, double width, int step) {
    Level level = levels.get(i);
    double middle = x + width / 2;
    if (level.kind == Kind.INPUT) {
      centred(middle, level.middle, notation.variable(notation.inputName(), time(step)));
    } else {
      boxes.add(new Box(level.kind, level.layer, step, 0, title(level), x, level.top(), width, level.height));
      enter(middle, i, step == 0 ? entering(level, false) : List.of());
    }
    if (i == levels.size() - 1) {
      leave(middle, step == 0 ? loss() : List.of());
      centred(middle, level.top() - GAP - LINE / 2, notation.variable(notation.outputName(), time(step)));
    }
  }

  /** Leads the states of a step to the one after it. */
  private void pass(Level level, double from, double to, int step) {
    for (int k = 0; k < level.states.size(); k++) {
      arrow(false, from, level.wire(k), to, level.wire(k));
      centred((from + to) / 2 - 3, level.wire(k) - LINE / 2 - 2, level.states(time(step)).get(k));
    }
  }

  /** Leads the states from before the first step to it: cut off, with the parameters over and under it. */
  private void begin(Level level, double to, int steps) {
    List<Text> over = recurrent(level);
    List<Text> under = start(level);
    double widest = Stream.concat(over.stream(), under.stream()).mapToDouble(Text::width).max().orElse(0);
    double from = to - CUT - 2 * BESIDE - widest;
    for (int k = 0; k < level.states.size(); k++) {
      arrow(true, from, level.wire(k), to, level.wire(k));
      before(from - BESIDE / 2, level.wire(k), List.of(Text.formula(level.states(time(steps)).get(k))));
    }
    after(from + CUT, level.wire(0) - 4 - LINE * over.size() / 2, over);
    after(from + CUT, level.wire(level.states.size() - 1) + 4 + LINE * under.size() / 2, under);
  }

  private List<Text> recurrent(Level level) {
    return parameters(level.recurrent, false, "");
  }

  private List<Text> start(Level level) {
    return parameters(level.initial, false, "learned start");
  }

  /** Leads the states out of the last step. */
  private void end(double from) {
    for (Level level : levels) {
      for (int k = 0; k < level.states.size(); k++) {
        arrow(false, from, level.wire(k), from + GAP, level.wire(k));
        after(from + GAP + BESIDE / 2, level.wire(k), List.of(Text.formula(level.states("t").get(k))));
      }
    }
  }

  /** Measures the steps under the drawing and says what holds of all of them. */
  private void measure(double width, int steps) {
    double y = levels.get(0).bottom() + LINE / 2;
    arrow(false, width / 2, y, 0, y);
    arrow(false, width / 2, y, width, y);
    Text text = Text.words("unfolded over " + count(steps, "step") + ", "
        + (steps == 1 ? "" : "all with the same parameters; ") + "gradients flow no further back");
    add(text, (width - text.width()) / 2, y + LINE);
  }

  private static String time(int step) {
    return step == 0 ? "t" : "t-" + step;
  }

  private String title(Level level) {
    switch (level.kind) {
      case INPUT: return "";
      case ENCODING: return encoding() + " " + number(level.width);
      case LAYER: return level.cell + " " + number(level.width);
      default: return (architecture.readout().tanh() ? "tanh " : "readout ") + number(level.width);
    }
  }

  // ---- Both ----

  private String encoding() {
    return architecture.embedded() ? "embedding" : "projection";
  }

  private List<Text> entering(Level level, boolean withShapes) {
    List<Text> lines = parameters(level.entering, withShapes, "");
    if (level.kind == Kind.READOUT && architecture.readout().tied()) {
      lines.add(0, Text.words("the embedding's matrix"));
    }
    return lines;
  }

  /** Returns lines with the names of parameters, those of one shape together, and words after each shape. */
  private List<Text> parameters(List<Block> blocks, boolean withShapes, String words) {
    Map<String, List<Block>> groups = new LinkedHashMap<>();
    for (Block block : blocks) {
      groups.computeIfAbsent(shape(block), k -> new ArrayList<>()).add(block);
    }
    List<Text> lines = new ArrayList<>();
    groups.forEach((shape, group) -> {
      for (int i = 0; i < group.size(); i += NAMES) {
        boolean last = i + NAMES >= group.size();
        List<Block> line = group.subList(i, last ? group.size() : i + NAMES);
        String said = withShapes ? (group.size() > 1 ? "each " : "") + shape + words : words;
        lines.add(new Text(line.stream().map(this::symbol).collect(Collectors.toList()),
            last ? said : "", line.stream().map(Block::name).collect(Collectors.toList())));
      }
    });
    return lines;
  }

  /** Returns a parameter's name as a formula, without its layer; those of no layer have an index instead. */
  private String symbol(Block block) {
    int dot = block.name().indexOf('.');
    String name = block.name().substring(dot + 1);
    switch (block.kind()) {
      case READOUT:
      case READOUT_BIAS: return notation.parameter(name + "_out");
      case EMBEDDING: return notation.parameter(name + "_emb");
      case PROJECTION:
      case PROJECTION_BIAS: return notation.parameter(name + "_proj");
      case INITIAL_STATE:
        return notationOf(block).variable(name.substring(0, name.lastIndexOf('_')), "0");
      default: return notationOf(block).parameter(name);
    }
  }

  private Notation notationOf(Block block) {
    return architecture.layers().get(block.layer()).cell().notation();
  }

  static String shape(Block block) {
    String columns = VECTORS.contains(block.kind()) ? "" : " \u00d7 " + number(block.columns());
    return number(block.rows()) + columns;
  }

  private static String count(int number, String thing) {
    return number(number) + " " + thing + (number == 1 ? "" : "s");
  }

  private static String number(int number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** Places the levels one under the other, with room for so many lines of text under each, by its index. */
  private void stack(IntUnaryOperator lines) {
    double y = 0;
    for (int i = levels.size() - 1; i >= 0; i--) {
      Level level = levels.get(i);
      level.middle = y + level.room / 2;
      y += level.room + Math.max(GAP, LINE * lines.applyAsInt(i) + 2 * BESIDE);
    }
  }

  /** Draws the arrow to a level from the one below it, with its parameters beside it. */
  private void enter(double x, int i, List<Text> lines) {
    if (i > 0) {
      Level level = levels.get(i);
      Level below = levels.get(i - 1);
      arrow(false, x, below.top(), x, level.bottom());
      after(x, (level.middle + level.room / 2 + below.middle - below.room / 2) / 2, lines);
    }
  }

  /** Draws the arrow that leaves the last level. */
  private void leave(double x, List<Text> lines) {
    Level top = levels.get(levels.size() - 1);
    double y = top.top();
    arrow(false, x, y, x, y - GAP);
    after(x, top.middle - top.room / 2 - GAP / 2, lines);
  }

  private void arrow(boolean isCut, double... way) {
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < way.length; i += 2) {
      points.add(new Point(way[i], way[i + 1]));
    }
    arrows.add(new Arrow(points, isCut));
  }

  /** Sets lines of text one below the other, ending at x, around y. */
  private void before(double x, double y, List<Text> lines) {
    for (int i = 0; i < lines.size(); i++) {
      add(lines.get(i), x - lines.get(i).width(), y + LINE * (i - (lines.size() - 1) / 2.0));
    }
  }

  /** Sets lines of text one below the other, beginning a little after x, around y. */
  private void after(double x, double y, List<Text> lines) {
    for (int i = 0; i < lines.size(); i++) {
      add(lines.get(i), x + BESIDE, y + LINE * (i - (lines.size() - 1) / 2.0));
    }
  }

  private void centred(double x, double y, String formula) {
    Text text = Text.formula(formula);
    add(text, x - text.width() / 2, y);
  }

  private void add(Text text, double x, double y) {
    labels.add(new Label(x, y, text.formulas, text.words, text.parameters));
  }

  /** Moves everything into a frame that just holds it. */
  private NetworkDiagram diagram(int steps) {
    double left = 0;
    double top = 0;
    double right = 0;
    double bottom = 0;
    for (Label label : labels) {
      left = Math.min(left, label.x());
      right = Math.max(right, label.x() + label.width());
      top = Math.min(top, label.y() - label.height() / 2);
      bottom = Math.max(bottom, label.y() + label.height() / 2);
    }
    for (Arrow arrow : arrows) {
      for (Point p : arrow.points()) {
        right = Math.max(right, p.x());
        top = Math.min(top, p.y());
      }
    }
    bottom = Math.max(bottom, levels.get(0).bottom());
    double dx = MARGIN - left;
    double dy = MARGIN - top;
    return new NetworkDiagram(architecture, steps,
        boxes.stream().map(b -> b.moved(dx, dy)).collect(Collectors.toList()),
        labels.stream().map(l -> l.moved(dx, dy)).collect(Collectors.toList()),
        arrows.stream().map(a -> a.moved(dx, dy)).collect(Collectors.toList()),
        right + dx + MARGIN, bottom + dy + MARGIN);
  }
}
