package unfold.train;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import unfold.Check;
import unfold.task.Score;

/**
 * The course of a training in epochs: a table with a row an epoch.
 *
 * <p>Columns: {@code epoch}, from 1; {@code updates} made since the start; {@code rate}, that of the epoch's
 * first update; {@code train loss}, the mean over the epoch's updates, each taken before its step; for every
 * set that is measured after each epoch, {@code <name> loss} and, for classes, {@code <name> accuracy};
 * {@code seconds} since the start, times when nothing ran left out.
 */
public final class History {
  private final List<String> columns = new ArrayList<>();
  private final List<double[]> rows = new ArrayList<>();
  private boolean diverged;
  private String text = "no epoch yet";

  History(List<String> sets) {
    columns.addAll(List.of("epoch", "updates", "rate", "train loss"));
    for (String set : sets) {
      columns.add(set + " loss");
      columns.add(set + " accuracy");
    }
    columns.add("seconds");
  }

  void add(int updates, double rate, double trainLoss, List<Score> scores, double seconds) {
    double[] row = new double[columns.size()];
    row[0] = rows.size() + 1;
    row[1] = updates;
    row[2] = rate;
    row[3] = trainLoss;
    for (int i = 0; i < scores.size(); i++) {
      row[4 + 2 * i] = scores.get(i).loss();
      row[5 + 2 * i] = scores.get(i).accuracy();
    }
    row[row.length - 1] = seconds;
    add(row);
  }

  private void add(double[] row) {
    rows.add(row);
    StringBuilder line = new StringBuilder("epoch " + rows.size());
    for (int i = 3; i < row.length - 1; i++) {
      if (!Double.isNaN(row[i])) {
        line.append(String.format(Locale.ROOT, ", %s %.4g", columns.get(i), row[i]));
      }
    }
    text = line.toString();
  }

  void diverge() {
    diverged = true;
  }

  /** Returns how many epochs are complete. */
  public int epochs() {
    return rows.size();
  }

  /**
   * Tells whether the training ended since a loss or gradient was not finite; its last epoch is then missing.
   */
  public boolean diverged() {
    return diverged;
  }

  /** Returns the names of the columns, without those that hold no number at all. */
  public List<String> columns() {
    return columns.stream().filter(name -> rows.isEmpty() || holdsNumbers(name)).toList();
  }

  private boolean holdsNumbers(String column) {
    for (double v : get(column)) {
      if (!Double.isNaN(v)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Returns a column, a number an epoch.
   *
   * @throws IllegalArgumentException if there is none of the name
   */
  public double[] get(String column) {
    int i = columns.indexOf(column);
    Check.that(i >= 0, "a column must be one of %s, but was '%s'", columns, column);
    return rows.stream().mapToDouble(row -> row[i]).toArray();
  }

  /** Returns a column's number of the newest epoch. */
  public double last(String column) {
    double[] values = get(column);
    Check.that(values.length > 0, "an epoch must be complete, but none is");
    return values[values.length - 1];
  }

  void write(DataOutputStream out) throws IOException {
    out.writeInt(columns.size());
    for (String column : columns) {
      out.writeUTF(column);
    }
    out.writeInt(rows.size());
    for (double[] row : rows) {
      for (double v : row) {
        out.writeDouble(v);
      }
    }
  }

  /**
   * Adds the rows of a stored history to this one, which is empty; returns whether its columns are the same.
   */
  boolean read(DataInputStream in) throws IOException {
    List<String> stored = new ArrayList<>();
    for (int i = in.readInt(); i > 0; i--) {
      stored.add(in.readUTF());
    }
    if (!stored.equals(columns)) {
      return false;
    }
    for (int i = in.readInt(); i > 0; i--) {
      double[] row = new double[columns.size()];
      for (int k = 0; k < row.length; k++) {
        row[k] = in.readDouble();
      }
      add(row);
    }
    return true;
  }

  /** Returns the newest epoch in words: {@code epoch 3, train loss 0.0211, test loss 0.0198}. */
  @Override
  public String toString() {
    return text;
  }
}
