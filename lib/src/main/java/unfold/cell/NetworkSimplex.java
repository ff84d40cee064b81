package unfold.cell;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Places points on a line: whole numbers p that keep all distances {@code p[to] - p[from] >= length} and make the
 * weighted sum of these distances smallest. The dual of a minimum-cost flow, solved by the network simplex method as in
 * Gansner, Koutsofios, North and Vo, "A Technique for Drawing Directed Graphs" (1993), section 2. A diagram's layers and
 * its heights are both found so.
 */
final class NetworkSimplex {
  private static final int MOST_EXCHANGES = 20_000;

  private record Arc(int from, int to, int length, int weight) {}

  private final List<Arc> arcs = new ArrayList<>();
  private int points;
  private int[] position;
  private int[][] arcsAt;
  private boolean[] inTree;
  private int[] parentArc;
  private int[] order;

  /** Adds a point and returns its number. */
  int point() {
    return points++;
  }

  /** Demands {@code p[to] - p[from] >= length}, each unit of this distance at a price. */
  void apart(int from, int to, int length, int weight) {
    arcs.add(new Arc(from, to, length, weight));
  }

  /** Puts a price on {@code |p[b] - p[a] - offset|}. */
  void near(int a, int b, int offset, int weight) {
    int low = point();
    apart(low, a, -offset, weight);
    apart(low, b, 0, weight);
  }

  /** Returns the positions; all points must hang together by the arcs, which must form no cycle. */
  int[] solve() {
    arcsAt = arcsAtPoints();
    position = longestPaths();
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

  private int[][] arcsAtPoints() {
    int[] count = new int[points];
    arcs.forEach(a -> {
      count[a.from]++;
      count[a.to]++;
    });
    int[][] at = new int[points][];
    Arrays.setAll(at, v -> new int[count[v]]);
    for (int i = 0; i < arcs.size(); i++) {
      at[arcs.get(i).from][--count[arcs.get(i).from]] = i;
      at[arcs.get(i).to][--count[arcs.get(i).to]] = i;
    }
    return at;
  }

  private int[] longestPaths() {
    int[] start = new int[points];
    boolean moved = true;
    for (int round = 0; moved; round++) {
      if (round > points) {
        throw new IllegalStateException("distances contradict each other");
      }
      moved = false;
      for (Arc a : arcs) {
        if (start[a.to] < start[a.from] + a.length) {
          start[a.to] = start[a.from] + a.length;
          moved = true;
        }
      }
    }
    return start;
  }

  private int slack(int arc) {
    Arc a = arcs.get(arc);
    return position[a.to] - position[a.from] - a.length;
  }

  /** Spans all points by arcs without slack, moving what is reached so far until the next arc has none. */
  private void growTree() {
    inTree = new boolean[arcs.size()];
    boolean[] reached = new boolean[points];
    reached[0] = true;
    for (int count = 1; count < points; count++) {
      int best = -1;
      for (int i = 0; i < arcs.size(); i++) {
        Arc a = arcs.get(i);
        if (reached[a.from] != reached[a.to] && (best < 0 || slack(i) < slack(best))) {
          best = i;
        }
      }
      Arc a = arcs.get(best);
      int shift = reached[a.from] ? slack(best) : -slack(best);
      for (int v = 0; v < points; v++) {
        position[v] += reached[v] ? shift : 0;
      }
      inTree[best] = true;
      reached[a.from] = true;
      reached[a.to] = true;
    }
  }

  /** Orders the points from the root so that each comes after its parent. */
  private void traverse() {
    parentArc = new int[points];
    Arrays.fill(parentArc, -1);
    order = new int[points];
    int filled = 1;
    for (int k = 0; k < filled; k++) {
      int v = order[k];
      for (int i : arcsAt[v]) {
        if (inTree[i] && i != parentArc[v]) {
          int child = arcs.get(i).from == v ? arcs.get(i).to : arcs.get(i).from;
          parentArc[child] = i;
          order[filled++] = child;
        }
      }
    }
  }

  /** The tree arc whose stretching lowers the price, first after the last one found; -1 if there is none. */
  private int leaving(int round) {
    long[] balance = new long[points];
    for (Arc a : arcs) {
      balance[a.to] += a.weight;
      balance[a.from] -= a.weight;
    }
    for (int k = points - 1; k > 0; k--) {
      int v = order[k];
      balance[parent(v)] += balance[v];
    }
    for (int k = 1; k < points; k++) {
      int v = order[1 + (k + round * 7) % (points - 1)];
      boolean downwards = arcs.get(parentArc[v]).to == v;
      if ((downwards ? balance[v] : -balance[v]) < 0) {
        return parentArc[v];
      }
    }
    return -1;
  }

  private int parent(int v) {
    Arc a = arcs.get(parentArc[v]);
    return a.to == v ? a.from : a.to;
  }

  private void exchange(int leaving) {
    inTree[leaving] = false;
    boolean[] head = head(leaving);
    int entering = -1;
    for (int i = 0; i < arcs.size(); i++) {
      if (head[arcs.get(i).from] && !head[arcs.get(i).to] && (entering < 0 || slack(i) < slack(entering))) {
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
        downwards = arcs.get(arc).to == v;
      } else if (parentArc[v] >= 0) {
        below[v] = below[parent(v)];
      }
    }
    if (!downwards) {
      for (int v = 0; v < points; v++) {
        below[v] = !below[v];
      }
    }
    return below;
  }
}
