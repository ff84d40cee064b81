package unfold.cell;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import unfold.cell.DataFlow.Box;
import unfold.cell.Diagram.Kind;
import unfold.cell.Diagram.Point;

/**
 * Places a cell's boxes in layers from left to right and leads wires between them, after Sugiyama, Tagawa and
 * Toda (1981): layers by shortest total wire, orders by fewest crossings, heights by straightest wires, and
 * upright stretches in the gaps between layers. All that one box sends out is one wire with branches. The
 * input enters from below, the output leaves at the top.
 */
final class DiagramLayout {
  private static final int FAR = 1_000_000;
  // Distances in pixels.
  private static final int PORT = 12;
  private static final int GAP = 14;
  private static final int WIRE_GAP = 10;
  private static final int ELBOW = 27;
  private static final int TRACK = 10;
  private static final int MARGIN = 18;
  // Prices: of a crossing while orders are sought; then of a pixel by which a state leaves higher or lower
  // than it came, of one on a wire that is to be straight, of a corner and of a crossing.
  private static final int CROSSING = 1000;
  private static final int RAIL = 40;
  private static final int FIRM = 1000;
  private static final int CORNER = 240;
  private static final long CROSSED = 640;

  /** A place in a layer's order: a box, or a wire that passes. */
  private static final class Item {
    final Box box;
    final Box net;
    int height;
    int point;
    int y;

    Item(Box box, Box net) {
      this.box = box;
      this.net = net;
    }
  }

  /** Where a wire ends in the gap before a layer: at a passing place, or at an operand of a box. */
  private record End(Item item, int operand) {}

  /** A wire's way through one gap, from a place, or from below if that is null, to others. */
  private record Span(Box net, Item from, List<End> goals, boolean toTop) {}

  /**
   * How wires enter a box. Of an operation's two operands, {@code level} comes from the left and the other
   * from above or below. A map's wires all come from the left, evenly about the middle (0), or shifted so
   * that one meets it (1, 2).
   */
  private record Entry(int level, boolean above) {}

  /** The upright part of a wire's way through one gap. */
  private static final class Stretch {
    final Box net;
    final int left;
    final boolean fromBelow;
    final boolean toTop;
    final int[] rights;
    final int low;
    final int high;
    int track = -1;

    Stretch(Box net, Integer left, boolean toTop, int[] rights) {
      this.net = net;
      this.fromBelow = left == null;
      this.toTop = toTop;
      this.left = fromBelow ? FAR : left;
      this.rights = rights;
      int min = toTop ? -FAR : this.left;
      int max = this.left;
      for (int y : rights) {
        min = Math.min(min, y);
        max = Math.max(max, y);
      }
      low = min;
      high = max;
    }

    boolean isStraight() {
      return low == high;
    }
  }

  private final List<Box> boxes;
  private final Map<Box, Integer> layerOf = new HashMap<>();
  private final Map<Box, Integer> endOf = new HashMap<>();
  private final Map<Box, Item> itemOf = new HashMap<>();
  private final Map<Box, Map<Integer, Item>> passing = new HashMap<>();
  private final Map<Box, Entry> entries = new LinkedHashMap<>();
  private final Map<Box, Integer> elbows = new LinkedHashMap<>();
  private final List<List<Span>> spans = new ArrayList<>();
  private final Set<End> firm = new HashSet<>();
  private final List<Box> nets = new ArrayList<>();
  private final Box output;
  private List<List<Item>> layers = new ArrayList<>();
  private int last;
  /** Whether steps of a few pixels are punished. */
  private boolean fine;
  private List<List<Stretch>> gaps;
  private double[] columnX;
  private double[] boxWidth;
  private double[] gapX;
  private double left;
  private double top;
  private double bottom;

  private DiagramLayout(List<Box> boxes) {
    this.boxes = boxes;
    output = boxes.get(boxes.size() - 1);
    assignLayers();
    makeItems();
    makeSpans();
    findOrder();
    assignX();
  }

  static Diagram of(Cell cell) {
    DiagramLayout layout = new DiagramLayout(DataFlow.of(cell));
    return layout.diagram(cell);
  }

  // Layers.

  private void assignLayers() {
    NetworkSimplex lines = new NetworkSimplex();
    int start = lines.point(0);
    int end = lines.point(0);
    lines.apart(start, end, 1, 1000);
    Map<Box, Integer> point = new HashMap<>();
    for (Box box : boxes) {
      if (box.kind == Kind.STATE || box.kind == Kind.NEXT) {
        point.put(box, box.kind == Kind.STATE ? start : end);
      } else if (box.kind != Kind.OUTPUT) {
        int p = lines.point(0);
        point.put(box, p);
        lines.apart(start, p, box.kind == Kind.INPUT ? 0 : 1, box.kind == Kind.MAP ? 1 : 0);
        lines.apart(p, end, 1, box.kind == Kind.MAP ? 0 : 1);
      }
    }
    Map<Box, Integer> farthest = new HashMap<>();
    for (Box box : boxes) {
      for (Box source : box.kind == Kind.OUTPUT ? List.<Box>of() : box.sources) {
        if (!farthest.containsKey(source)) {
          farthest.put(source, lines.point(0));
          lines.apart(point.get(source), farthest.get(source), 0, 100);
        }
        lines.apart(point.get(source), point.get(box), 1, 0);
        lines.apart(point.get(box), farthest.get(source), 0, 0);
      }
    }
    int[] at = lines.solve();
    point.forEach((box, p) -> layerOf.put(box, at[p] - at[start]));
    last = at[end] - at[start];
    for (Box box : boxes) {
      for (Box source : box.sources) {
        if (!nets.contains(source)) {
          nets.add(source);
        }
        if (box != output) {
          endOf.merge(source, layerOf.get(box), Math::max);
        }
      }
    }
    nets.forEach(net -> endOf.putIfAbsent(net, layerOf.get(net) + 1));
  }

  private void makeItems() {
    for (int l = 0; l <= last; l++) {
      layers.add(new ArrayList<>());
    }
    for (Box box : boxes) {
      if (box.kind != Kind.INPUT && box.kind != Kind.OUTPUT) {
        Item item = new Item(box, box);
        item.height = (int) height(box);
        itemOf.put(box, item);
        layers.get(layerOf.get(box)).add(item);
      }
    }
    for (Box net : nets) {
      passing.put(net, new HashMap<>());
      for (int l = layerOf.get(net) + 1; l < endOf.get(net); l++) {
        Item item = new Item(null, net);
        passing.get(net).put(l, item);
        layers.get(l).add(item);
      }
    }
    for (Box box : boxes) {
      if (entersTwoWays(box) || box.kind == Kind.MAP && box.sources.size() % 2 == 0) {
        entries.put(box, new Entry(0, false));
      }
    }
  }

  private static boolean entersTwoWays(Box box) {
    return box.kind == Kind.OPERATION && box.sources.size() == 2;
  }

  static double height(Box box) {
    switch (box.kind) {
      case MAP: return Math.max(34, PORT * (box.sources.size() - 1) + 20);
      case CONCATENATION: return Math.max(30, PORT * (box.sources.size() - 1) + 18);
      case OPERATION:
      case NAME: return 24;
      default: return 12;
    }
  }

  static double width(Box box) {
    switch (box.kind) {
      case MAP: return Math.max(34, SvgWriter.width(box.symbol, Diagram.SIZE) + 14);
      case CONCATENATION: return 28;
      case OPERATION:
        return Math.max(24, SvgWriter.width(box.symbol, Diagram.SIZE) + (box.symbol.length() > 1 ? 14 : 0));
      case NAME: return Math.max(24, SvgWriter.width(box.symbol, Diagram.SIZE) + 16);
      default: return 0;
    }
  }

  // Orders.

  /** The place where a wire enters a gap; null if it comes from below. */
  private Item leftEnd(Box net, int gap) {
    return gap > layerOf.get(net) ? passing.get(net).get(gap) : itemOf.get(net);
  }

  private void makeSpans() {
    for (int gap = 0; gap < last; gap++) {
      spans.add(new ArrayList<>());
      for (Box net : nets) {
        if (layerOf.get(net) <= gap && endOf.get(net) > gap) {
          boolean toTop = output.sources.get(0) == net && layerOf.get(net) == gap;
          spans.get(gap).add(new Span(net, leftEnd(net, gap), rightEnds(net, gap), toTop));
        }
      }
    }
  }

  private List<End> rightEnds(Box net, int gap) {
    List<End> ends = new ArrayList<>();
    if (endOf.get(net) > gap + 1) {
      ends.add(new End(passing.get(net).get(gap + 1), -1));
    }
    for (Item item : layers.get(gap + 1)) {
      for (int k = 0; item.box != null && k < item.box.sources.size(); k++) {
        if (item.box.sources.get(k) == net) {
          ends.add(new End(item, k));
        }
      }
    }
    return ends;
  }

  /** Tries every order of the states, then exchanges neighbours as long as the drawing gets better. */
  private void findOrder() {
    List<List<Item>> best = null;
    long bestCost = Long.MAX_VALUE;
    for (List<Item> first : permutations(layers.get(0))) {
      layers.set(0, first);
      orderItems();
      enterByOrder();
      long cost = assignHeights();
      if (cost < bestCost) {
        bestCost = cost;
        best = layers.stream().<List<Item>>map(ArrayList::new).toList();
      }
    }
    layers = new ArrayList<>(best);
    enterByOrder();
    exchangeNeighbours(improveEntries(assignHeights(), Kind.OPERATION));
    improveEntries(assignHeights(), Kind.MAP);
    fine = true;
    straighten();
    straighten();
  }

  private void exchangeNeighbours(long start) {
    long cost = start;
    boolean improved = true;
    for (int round = 0; improved && round < 5; round++) {
      improved = false;
      for (List<Item> layer : layers) {
        for (int i = 1; i < layer.size(); i++) {
          Collections.swap(layer, i - 1, i);
          List<Box> turned = facing(layer.get(i - 1).net, layer.get(i).net);
          turned.forEach(this::turn);
          long now = assignHeights();
          if (now < cost) {
            cost = now;
            improved = true;
          } else {
            turned.forEach(this::turn);
            Collections.swap(layer, i - 1, i);
          }
        }
      }
      cost = improveEntries(cost, Kind.OPERATION);
    }
  }

  /** The boxes that two wires enter from two sides. */
  private List<Box> facing(Box a, Box b) {
    return entries.keySet().stream().filter(box -> entersTwoWays(box) && box.sources.contains(a)
        && box.sources.contains(b)).toList();
  }

  private void turn(Box box) {
    entries.put(box, new Entry(entries.get(box).level, !entries.get(box).above));
  }

  private void orderItems() {
    for (int sweep = 0; sweep < 4; sweep++) {
      for (int l = 1; l <= last; l++) {
        sortByNeighbours(l, l - 1);
      }
      for (int l = last - 1; l > 0; l--) {
        sortByNeighbours(l, l);
      }
    }
    climb();
  }

  private static List<List<Item>> permutations(List<Item> items) {
    if (items.size() > 4) {
      return List.of(new ArrayList<>(items));
    }
    List<List<Item>> all = new ArrayList<>();
    permute(new ArrayList<>(items), 0, all);
    return all;
  }

  private static void permute(List<Item> items, int from, List<List<Item>> all) {
    if (from >= items.size() - 1) {
      all.add(new ArrayList<>(items));
      return;
    }
    for (int j = from; j < items.size(); j++) {
      Collections.swap(items, from, j);
      permute(items, from + 1, all);
      Collections.swap(items, from, j);
    }
  }

  private void sortByNeighbours(int layer, int gap) {
    boolean fromLeft = gap == layer - 1;
    Map<Item, double[]> sums = new HashMap<>();
    for (Span span : spans.get(gap)) {
      for (End end : span.goals) {
        Item here = fromLeft ? end.item : span.from;
        Item there = fromLeft ? span.from : end.item;
        if (here != null) {
          double[] sum = sums.computeIfAbsent(here, k -> new double[2]);
          sum[0] += there == null ? layers.get(gap).size() : relative(there, fromLeft ? gap : gap + 1);
          sum[1]++;
        }
      }
    }
    Map<Item, Double> key = new HashMap<>();
    for (Item item : layers.get(layer)) {
      double[] sum = sums.get(item);
      key.put(item, sum == null ? relative(item, layer) : sum[0] / sum[1]);
    }
    layers.get(layer).sort((a, b) -> Double.compare(key.get(a), key.get(b)));
  }

  private double relative(Item item, int layer) {
    return layers.get(layer).indexOf(item) - (layers.get(layer).size() - 1) / 2.0;
  }

  /** Moves single places until none lowers the cost. */
  private void climb() {
    boolean improved = true;
    while (improved) {
      improved = false;
      for (int l = 0; l <= last; l++) {
        List<Item> layer = layers.get(l);
        for (int from = 0; from < layer.size(); from++) {
          long here = localCost(l);
          int bestTo = from;
          for (int to = 0; to < layer.size(); to++) {
            layer.add(to, layer.remove(from));
            long there = localCost(l);
            layer.add(from, layer.remove(to));
            if (there < here) {
              here = there;
              bestTo = to;
              improved = true;
            }
          }
          layer.add(bestTo, layer.remove(from));
        }
      }
    }
  }

  private long localCost(int layer) {
    return (layer > 0 ? gapCost(layer - 1) : 0) + (layer < last ? gapCost(layer) : 0)
        + (layer == 0 || layer == last ? rails() : 0);
  }

  /** States should leave in the order in which they came. */
  private long rails() {
    List<String> before = new ArrayList<>();
    layers.get(0).forEach(item -> before.add(item.box.expressions.get(0).name()));
    List<Item> after = layers.get(last);
    long cost = 0;
    for (int i = 0; i < after.size(); i++) {
      for (int j = 0; j < i; j++) {
        cost += before.indexOf(after.get(i).box.equation) < before.indexOf(after.get(j).box.equation)
            ? 3 * CROSSING / 2 : 0;
      }
    }
    return cost;
  }

  private long gapCost(int gap) {
    List<Item> from = layers.get(gap);
    List<Item> to = layers.get(gap + 1);
    int most = spans.get(gap).stream().mapToInt(span -> span.goals.size() + 1).sum();
    double[] lefts = new double[most];
    double[] rights = new double[most];
    int[] owner = new int[most];
    int count = 0;
    double distance = 0;
    for (int i = 0; i < spans.get(gap).size(); i++) {
      Span span = spans.get(gap).get(i);
      double y = span.from == null ? FAR : from.indexOf(span.from);
      for (End end : span.goals) {
        int index = to.indexOf(end.item);
        lefts[count] = y;
        rights[count] = index + (end.operand >= 0 && end.item.box.kind == Kind.CONCATENATION
            ? 0.01 * end.operand : 0);
        owner[count++] = i;
        distance += span.from == null ? to.size() - index
            : Math.abs(y - (from.size() - 1) / 2.0 - index + (to.size() - 1) / 2.0);
      }
      if (span.toTop) {
        lefts[count] = y;
        rights[count] = -FAR;
        owner[count++] = i;
      }
    }
    long cost = Math.round(20 * distance);
    for (int i = 0; i < count; i++) {
      for (int j = 0; j < i; j++) {
        if (owner[i] != owner[j] && (lefts[i] - lefts[j]) * (rights[i] - rights[j]) < 0) {
          cost += CROSSING;
        }
      }
    }
    return cost;
  }

  // Heights.

  private void enterByOrder() {
    for (Box box : entries.keySet()) {
      entries.put(box, new Entry(0, entersTwoWays(box) && sourceRank(box, 1) < sourceRank(box, 0)));
    }
  }

  private long improveEntries(long start, Kind kind) {
    long cost = start;
    for (Box box : entries.keySet().stream().filter(box -> box.kind == kind).toList()) {
      Entry best = entries.get(box);
      for (Entry entry : options(box)) {
        entries.put(box, entry);
        long now = assignHeights();
        if (now < cost) {
          cost = now;
          best = entry;
        }
      }
      entries.put(box, best);
    }
    assignHeights();
    return cost;
  }

  /**
   * How a box can be entered. A difference is entered by its minuend from the left, so that it can be read.
   */
  private static List<Entry> options(Box box) {
    if (box.kind == Kind.MAP) {
      return List.of(new Entry(0, false), new Entry(1, false), new Entry(2, false));
    }
    boolean difference = box.symbol.equals("-");
    return difference ? List.of(new Entry(0, false), new Entry(0, true))
        : List.of(new Entry(0, false), new Entry(0, true), new Entry(1, false), new Entry(1, true));
  }

  private int sourceRank(Box box, int operand) {
    int gap = layerOf.get(box) - 1;
    Item item = leftEnd(box.sources.get(operand), gap);
    return item == null ? FAR : layers.get(gap).indexOf(item);
  }

  /** Sets all heights and leads wires through the gaps; returns what is to be small. */
  private long assignHeights() {
    NetworkSimplex heights = new NetworkSimplex();
    int axis = heights.point(0);
    Map<Box, Integer> elbowPoints = new HashMap<>();
    for (List<Item> layer : layers) {
      int above = -1;
      int gapAbove = 0;
      for (Item item : layer) {
        item.point = heights.point(item.y);
        Entry entry = item.box == null || !entersTwoWays(item.box) ? null : entries.get(item.box);
        if (entry != null) {
          elbowPoints.put(item.box, heights.point(item.y + (entry.above ? -ELBOW : ELBOW)));
        }
        int first = entry != null && entry.above ? elbowPoints.get(item.box) : item.point;
        int lowest = entry != null && !entry.above ? elbowPoints.get(item.box) : item.point;
        if (first != lowest) {
          heights.apart(first, lowest, ELBOW, 8);
        }
        int half = item.height / 2 + (item.box == null ? WIRE_GAP / 2 : GAP / 2);
        int halfAbove = first == item.point ? half : WIRE_GAP / 2;
        if (above >= 0) {
          heights.apart(above, first, gapAbove + halfAbove, 0);
        }
        above = lowest;
        gapAbove = lowest == item.point ? half : WIRE_GAP / 2;
        heights.near(axis, item.point, 0, 1);
      }
    }
    for (int gap = 0; gap < last; gap++) {
      for (Span span : spans.get(gap)) {
        for (End end : span.from == null ? List.<End>of() : span.goals) {
          boolean elbow = isElbow(end);
          int to = elbow ? elbowPoints.get(end.item.box) : end.item.point;
          int weight = firm.contains(end) ? FIRM : weight(span, end);
          heights.near(to, span.from.point, elbow ? 0 : port(end), weight);
        }
      }
    }
    for (Item next : layers.get(last)) {
      for (Item state : layers.get(0)) {
        if (isRail(state, next)) {
          heights.near(state.point, next.point, 0, RAIL);
        }
      }
    }
    int[] at = heights.solve();
    for (List<Item> layer : layers) {
      layer.forEach(item -> item.y = at[item.point]);
    }
    elbowPoints.forEach((box, point) -> elbows.put(box, at[point]));
    return cost();
  }

  /** What is to be small: crossings, corners and the lengths of upright stretches. */
  private long cost() {
    long cost = routeGaps();
    for (int gap = 0; gap < last; gap++) {
      for (Span span : spans.get(gap)) {
        boolean bends = span.from == null || span.toTop;
        for (End end : span.goals) {
          int rise = span.from == null ? 0 : Math.abs(height(end) - span.from.y);
          boolean ends = end.item.box != null && end.item.box.kind == Kind.NEXT;
          int corners = rise == 0 ? 0 : fine && rise < 10 ? 4 : ends ? 2 : 1;
          cost += weight(span, end) * rise + corners * CORNER;
          bends |= rise > 0;
        }
        cost += bends ? CORNER : 0;
      }
    }
    for (Item next : layers.get(last)) {
      int rise = next.y - layers.get(0).stream().filter(state -> isRail(state, next)).findFirst()
          .orElseThrow().y;
      cost += RAIL * (long) Math.abs(rise) + (rise == 0 ? 0 : 4 * CORNER);
    }
    for (Map.Entry<Box, Entry> entry : entries.entrySet()) {
      cost += !entersTwoWays(entry.getKey()) && entry.getValue().level > 0 ? CORNER + 30 : 0;
    }
    for (Map.Entry<Box, Integer> elbow : elbows.entrySet()) {
      cost += 2L * Math.abs(elbow.getValue() - itemOf.get(elbow.getKey()).y);
    }
    return cost;
  }

  private static boolean isRail(Item state, Item next) {
    return state.box.expressions.get(0).name().equals(next.box.equation);
  }

  /**
   * How much it matters that a wire is straight: most where it passes many layers, least where it branches.
   */
  private static int weight(Span span, End end) {
    return end.item.box != null && (span.toTop || span.goals.size() > 1) ? 4
        : 16 * (span.from != null && span.from.box == null ? 2 : 1) * (end.item.box == null ? 2 : 1);
  }

  /** Straightens wires one by one where that makes the drawing better. */
  private void straighten() {
    long cost = assignHeights();
    for (int gap = 0; gap < last; gap++) {
      for (Span span : spans.get(gap)) {
        for (End end : span.from == null ? List.<End>of() : span.goals) {
          int rise = Math.abs(height(end) - span.from.y);
          if (rise > 0 && rise < 40) {
            firm.add(end);
            long now = assignHeights();
            if (now < cost) {
              cost = now;
            } else {
              firm.remove(end);
              assignHeights();
            }
          }
        }
      }
    }
    assignHeights();
  }

  private boolean isElbow(End end) {
    return end.item.box != null && entersTwoWays(end.item.box)
        && entries.get(end.item.box).level != end.operand;
  }

  /** How far below a box's middle a wire enters it. */
  private int port(End end) {
    Box box = end.item.box;
    if (box == null || box.sources.size() < 2 || box.kind == Kind.OPERATION) {
      return 0;
    }
    int rank = end.operand;
    int shift = 0;
    if (box.kind == Kind.MAP) {
      int level = entries.containsKey(box) ? entries.get(box).level : 0;
      shift = level == 1 ? 1 : -level / 2;
      rank = 0;
      for (int k = 0; k < box.sources.size(); k++) {
        rank += sourceRank(box, k) < sourceRank(box, end.operand) ? 1 : 0;
      }
    }
    return (2 * rank - box.sources.size() + 1 + shift) * PORT / 2;
  }

  private int height(End end) {
    return isElbow(end) ? elbows.get(end.item.box) : end.item.y + port(end);
  }

  // Gaps.

  /**
   * Gives each wire that bends in a gap an upright track; returns a count of crossings, overlaps counted
   * more.
   */
  private long routeGaps() {
    gaps = new ArrayList<>();
    long cost = 0;
    for (int gap = 0; gap < last; gap++) {
      List<Stretch> stretches = new ArrayList<>();
      for (Span span : spans.get(gap)) {
        int[] rights = span.goals.stream().mapToInt(this::height).toArray();
        stretches.add(new Stretch(span.net, span.from == null ? null : (Integer) span.from.y, span.toTop,
            rights));
      }
      cost += CROSSED * order(stretches);
      gaps.add(stretches);
    }
    return cost;
  }

  private static long order(List<Stretch> stretches) {
    long cost = crossings(stretches);
    boolean improved = true;
    while (improved) {
      improved = false;
      for (int from = 0; from < stretches.size(); from++) {
        for (int to = 0; to < stretches.size(); to++) {
          stretches.add(to, stretches.remove(from));
          long now = crossings(stretches);
          if (now < cost) {
            cost = now;
            improved = true;
          } else {
            stretches.add(from, stretches.remove(to));
          }
        }
      }
    }
    for (int i = 0; i < stretches.size(); i++) {
      Stretch a = stretches.get(i);
      a.track = a.isStraight() ? -1 : 0;
      for (int j = 0; j < i && !a.isStraight(); j++) {
        Stretch b = stretches.get(j);
        if (!b.isStraight() && (a.low - TRACK < b.high && b.low - TRACK < a.high)) {
          a.track = Math.max(a.track, b.track + 1);
        }
      }
    }
    return cost;
  }

  /** Crossings if the stretches' tracks stand in this order from left to right. */
  private static long crossings(List<Stretch> stretches) {
    long cost = 0;
    for (int i = 0; i < stretches.size(); i++) {
      Stretch a = stretches.get(i);
      for (int j = i + 1; j < stretches.size(); j++) {
        Stretch b = stretches.get(j);
        cost += !a.isStraight() && a.low < b.left && b.left < a.high ? 1 : 0;
        for (int y : a.rights) {
          cost += !b.isStraight() && b.low < y && y < b.high ? 1 : 0;
          cost += Math.abs(y - b.left) < 5 ? 100 : 0;
        }
      }
    }
    return cost;
  }

  // Places.

  private void assignX() {
    columnX = new double[last + 1];
    boxWidth = new double[last + 1];
    gapX = new double[last];
    for (Item item : layers.get(0)) {
      left = Math.max(left, SvgWriter.width(item.box.symbol, Diagram.SIZE));
    }
    left += MARGIN + 10;
    double x = left;
    for (int l = 0; l <= last; l++) {
      columnX[l] = x;
      double names = 0;
      for (Item item : layers.get(l)) {
        if (item.box != null) {
          boxWidth[l] = Math.max(boxWidth[l], width(item.box));
          names = Math.max(names, item.box.name.isEmpty() ? 0 : SvgWriter.width(item.box.name, Diagram.SIZE)
              + 5);
        }
      }
      x += boxWidth[l] + names;
      if (l < last) {
        gapX[l] = x + 12;
        int tracks = gaps.get(l).stream().mapToInt(s -> s.track + 1).max().orElse(0);
        x += tracks == 0 ? 26 : 12 + (tracks - 1) * TRACK + 18;
      }
    }
    top = FAR;
    bottom = -FAR;
    for (List<Item> layer : layers) {
      for (Item item : layer) {
        top = Math.min(top, item.y - item.height / 2.0);
        bottom = Math.max(bottom, item.y + item.height / 2.0);
      }
    }
    for (int y : elbows.values()) {
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
    }
    top -= 18;
    bottom += 18;
  }

  private double middle(Box box) {
    int layer = layerOf.get(box);
    return columnX[layer] + boxWidth[layer] / 2;
  }

  private Stretch stretch(Box net, int gap) {
    return gaps.get(gap).stream().filter(s -> s.net == net).findFirst().orElseThrow();
  }

  private double trackX(Stretch stretch, int gap) {
    return gapX[gap] + stretch.track * TRACK;
  }

  private Diagram diagram(Cell cell) {
    double dy = MARGIN + Diagram.SIZE + 6 - top;
    List<Diagram.Node> nodes = new ArrayList<>();
    for (Box box : boxes) {
      Point at = place(box);
      nodes.add(new Diagram.Node(box.id, box.kind, box.symbol, box.name, box.equation, box.expressions,
          at.x(),
          at.y() + dy, width(box), box.kind == Kind.INPUT || box.kind == Kind.OUTPUT ? 0 : boxHeight(box)));
    }
    List<Diagram.Edge> edges = new ArrayList<>();
    for (Box box : boxes) {
      for (int k = 0; k < box.sources.size(); k++) {
        List<Point> way = new ArrayList<>();
        way(box, k).forEach(p -> way.add(new Point(p.x(), p.y() + dy)));
        edges.add(new Diagram.Edge(box.sources.get(k).id, box.id, k, simplified(way)));
      }
    }
    double right = columnX[last];
    double labels = layers.get(last).stream().mapToDouble(i -> SvgWriter.width(i.box.symbol, Diagram.SIZE))
        .max().orElse(0);
    return new Diagram(cell, nodes, edges, new Diagram.Frame(left, top + dy, right - left, bottom - top),
        right + labels + 10 + MARGIN, bottom + dy + MARGIN + Diagram.SIZE + 6, List.of());
  }

  private static double boxHeight(Box box) {
    return box.kind == Kind.STATE || box.kind == Kind.NEXT ? 0 : height(box);
  }

  private Point place(Box box) {
    if (box.kind == Kind.INPUT) {
      return new Point(trackX(stretch(box, layerOf.get(box)), layerOf.get(box)), bottom);
    }
    if (box.kind == Kind.OUTPUT) {
      Box source = box.sources.get(0);
      return new Point(trackX(stretch(source, layerOf.get(source)), layerOf.get(source)), top);
    }
    return new Point(middle(box), itemOf.get(box).y);
  }

  private List<Point> way(Box box, int operand) {
    Box net = box.sources.get(operand);
    List<Point> way = new ArrayList<>();
    Point start = place(net);
    way.add(new Point(start.x() + width(net) / 2, start.y()));
    int first = layerOf.get(net);
    if (box.kind == Kind.OUTPUT) {
      Stretch stretch = stretch(net, first);
      way.add(new Point(trackX(stretch, first), start.y()));
      way.add(place(box));
      return way;
    }
    End goal = new End(itemOf.get(box), operand);
    double y = start.y();
    for (int gap = first; gap < layerOf.get(box); gap++) {
      double to = gap + 1 == layerOf.get(box) ? height(goal) : passing.get(net).get(gap + 1).y;
      Stretch stretch = stretch(net, gap);
      if (stretch.track >= 0) {
        way.add(new Point(trackX(stretch, gap), y));
        way.add(new Point(trackX(stretch, gap), to));
      }
      y = to;
    }
    if (isElbow(goal)) {
      way.add(new Point(middle(box), y));
      way.add(new Point(middle(box), goal.item.y + (y < goal.item.y ? -1 : 1) * height(box) / 2));
    } else {
      way.add(new Point(middle(box) - width(box) / 2, y));
    }
    return way;
  }

  /** The same way without points on straight lines. */
  private static List<Point> simplified(List<Point> way) {
    List<Point> kept = new ArrayList<>();
    for (Point p : way) {
      int n = kept.size();
      if (n > 0 && kept.get(n - 1).equals(p)) {
        continue;
      }
      if (n > 1 && (kept.get(n - 2).x() == p.x() && kept.get(n - 1).x() == p.x()
          || kept.get(n - 2).y() == p.y() && kept.get(n - 1).y() == p.y())) {
        kept.remove(n - 1);
      }
      kept.add(p);
    }
    return kept;
  }
}
