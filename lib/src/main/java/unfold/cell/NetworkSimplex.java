package unfold.cell;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Places points on a line: whole numbers p that keep all distances {@code p[to] - p[from] >= length} and make
 * the weighted sum of these distances smallest. The dual of a minimum-cost flow, solved by the network
 * simplex method as in Gansner, Koutsofios, North and Vo, "A Technique for Drawing Directed Graphs" (1993),
 * section 2. A diagram's layers and its heights are both found so.
 */
final class NetworkSimplex {
  private static final int MOST_EXCHANGES = 20_000;

  private final List<Integer> guesses = new ArrayList<>();
  private int arcs;
  private int[] from = new int[256];
  private int[] to = new int[256];
  private int[] length = new int[256];
  private int[] weight = new int[256];
  private int points;
  private int[] position;
  private int[][] arcsAt;
  private int[] inflow;
  private boolean[] inTree;
  private int[] parentArc;
  private int[] order;

  /** Adds a point and returns its number. The better the guess of its position, the faster the solution. */
  int point(int guess) {
    guesses.add(guess);
    return points++;
  }

  /** Demands {@code p[to] - p[from] >= length}, each unit of this distance at a price. */
  void apart(int from, int to, int length, int price) {
    if (arcs == this.from.length) {
      this.from = Arrays.copyOf(this.from, 2 * arcs);
      this.to = Arrays.copyOf(this.to, 2 * arcs);
      this.length = Arrays.copyOf(this.length, 2 * arcs);
      weight = Arrays.copyOf(weight, 2 * arcs);
    }
    this.from[arcs] = from;
    this.to[arcs] = to;
    this.length[arcs] = length;
    weight[arcs++] = price;
  }

  /** Puts a price on each unit of {@code |p[b] - p[a] - offset|}. */
  void near(int a, int b, int offset, int price) {
    int low = point(Math.min(guesses.get(a) + offset, guesses.get(b)));
    apart(low, a, -offset, price);
    apart(low, b, 0, price);
  }

  /** Returns the positions; all points must hang together by the arcs, which must form no cycle. */
  int[] solve() {
    prepare();
    raise();
    growTree();
    for (int k = 0; k < MOST_EXCHANGES; k++) {
      traverse();
      int leaving = leaving(k);
      if (leaving < 0) {
        break;
      }
      exchange(leaving);
    }
    return position;
  }

  private void prepare() {
    int[] count = new int[points];
    inflow = new int[points];
    for (int i = 0; i < arcs; i++) {
      count[from[i]]++;
      count[to[i]]++;
      inflow[to[i]] += weight[i];
      inflow[from[i]] -= weight[i];
    }
    arcsAt = new int[points][];
    Arrays.setAll(arcsAt, v -> new int[count[v]]);
    for (int i = 0; i < arcs; i++) {
      arcsAt[from[i]][--count[from[i]]] = i;
      arcsAt[to[i]][--count[to[i]]] = i;
    }
    parentArc = new int[points];
    order = new int[points];
    inTree = new boolean[arcs];
    position = guesses.stream().mapToInt(Integer::intValue).toArray();
  }

  /** Raises each guess as far as the points before it demand. */
  private void raise() {
    boolean moved = true;
    for (int round = 0; moved; round++) {
      if (round > points) {
        throw new IllegalStateException("distances contradict each other");
      }
      moved = false;
      for (int i = 0; i < arcs; i++) {
        if (slack(i) < 0) {
          position[to[i]] -= slack(i);
          moved = true;
        }
      }
    }
  }

  private int slack(int arc) {
    return position[to[arc]] - position[from[arc]] - length[arc];
  }

  /** Spans all points by arcs without slack, moving what is reached so far until the next arc has none. */
  private void growTree() {
    boolean[] reached = new boolean[points];
    int[] queue = new int[points];
    int filled = reach(0, reached, queue, 0);
    while (filled < points) {
      int best = -1;
      for (int i = 0; i < arcs; i++) {
        if (reached[from[i]] != reached[to[i]] && (best < 0 || slack(i) < slack(best))) {
          best = i;
        }
      }
      boolean ahead = reached[from[best]];
      int shift = ahead ? slack(best) : -slack(best);
      for (int k = 0; k < filled; k++) {
        position[queue[k]] += shift;
      }
      inTree[best] = true;
      filled = reach(ahead ? to[best] : from[best], reached, queue, filled);
    }
  }

  /** Adds a point and all that hang on it without slack. */
  private int reach(int start, boolean[] reached, int[] queue, int count) {
    int filled = count;
    reached[start] = true;
    queue[filled++] = start;
    for (int k = count; k < filled; k++) {
      for (int i : arcsAt[queue[k]]) {
        int other = from[i] == queue[k] ? to[i] : from[i];
        if (!reached[other] && slack(i) == 0) {
          inTree[i] = true;
          reached[other] = true;
          queue[filled++] = other;
        }
      }
    }
    return filled;
  }

  /** Orders the points from the root so that each comes after its parent. */
  private void traverse() {
    Arrays.fill(parentArc, -1);
    int filled = 1;
    for (int k = 0; k < filled; k++) {
      int v = order[k];
      for (int i : arcsAt[v]) {
        if (inTree[i] && i != parentArc[v]) {
          int child = from[i] == v ? to[i] : from[i];
          parentArc[child] = i;
          order[filled++] = child;
        }
      }
    }
  }

  /**
   * A tree arc whose stretching lowers the price, searched from another place each round; -1 if there is
   * none.
   */
  private int leaving(int round) {
    int[] balance = inflow.clone();
    for (int k = points - 1; k > 0; k--) {
      balance[parent(order[k])] += balance[order[k]];
    }
    for (int k = 1; k < points; k++) {
      int v = order[1 + (k + round * 7) % (points - 1)];
      if ((to[parentArc[v]] == v ? balance[v] : -balance[v]) < 0) {
        return parentArc[v];
      }
    }
    return -1;
  }

  private int parent(int v) {
    int arc = parentArc[v];
    return to[arc] == v ? from[arc] : to[arc];
  }

  private void exchange(int leaving) {
    inTree[leaving] = false;
    boolean[] head = head(leaving);
    int entering = -1;
    for (int i = 0; i < arcs; i++) {
      if (head[from[i]] && !head[to[i]] && (entering < 0 || slack(i) < slack(entering))) {
        entering = i;
      }
    }
    int shift = slack(entering);
    for (int v = 0; v < points; v++) {
      position[v] += head[v] ? shift : 0;
    }
    inTree[entering] = true;
  }

  /** The points on the side of a tree arc that it points to. */
  private boolean[] head(int arc) {
    boolean[] below = new boolean[points];
    boolean downwards = false;
    for (int v : order) {
      if (parentArc[v] == arc) {
        below[v] = true;
        downwards = to[arc] == v;
      } else if (parentArc[v] >= 0) {
        below[v] = below[parent(v)];
      }
    }
    for (int v = 0; v < points && !downwards; v++) {
      below[v] = !below[v];
    }
    return below;
  }
}
