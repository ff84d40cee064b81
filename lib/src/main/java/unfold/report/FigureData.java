package unfold.report;

import java.lang.reflect.Array;
import java.util.List;
import java.util.Map;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.plotly.components.Figure;
import tech.tablesaw.plotly.traces.Trace;
import unfold.plot.Draw;

/** The numbers that a figure draws, as one long table. */
final class FigureData {
  private FigureData() {}

  /**
   * Returns one row a point: trace, panel, x, y, z. A heat map has one row a cell, none for a hole. Columns
   * that no trace has are left out.
   */
  static Table of(Figure figure) {
    StringColumn trace = StringColumn.create("trace");
    StringColumn panel = StringColumn.create("panel");
    StringColumn x = StringColumn.create("x");
    StringColumn y = StringColumn.create("y");
    DoubleColumn z = DoubleColumn.create("z");
    Table table = Table.create("data", trace, panel, x, y, z);
    Trace[] traces = figure.getTraces();
    for (int i = 0; i < traces.length; i++) {
      Map<String, Object> json = Draw.of(traces[i]).attributes();
      String name = json.get("name") instanceof String ? (String) json.get("name") : "trace " + (i + 1);
      Object axis = json.getOrDefault("scene", json.getOrDefault("xaxis", "x"));
      int number = Integer.parseInt("0" + axis.toString().replaceAll("\\D", ""));
      Points points = new Points(json);
      for (int p = 0; p < points.count(); p++) {
        if (points.isHole(p)) {
          continue;
        }
        trace.append(name);
        panel.append(Integer.toString(Math.max(1, number)));
        x.append(points.x(p));
        y.append(points.y(p));
        z.append(points.z(p));
      }
    }
    for (String column : List.of("x", "y", "z")) {
      if (table.column(column).countMissing() == table.rowCount()) {
        table.removeColumns(column);
      }
    }
    return table;
  }

  /** A trace's points, or a map's cells from the lower left along the rows. */
  private static final class Points {
    private final Values x;
    private final Values y;
    private final Values z;
    private final Values firstRow;
    private final boolean isMap;

    Points(Map<String, Object> json) {
      z = new Values(json.get("z"));
      firstRow = new Values(z.count() == 0 ? null : z.get(0));
      isMap = firstRow.count() > 0;
      x = json.containsKey("x0") ? steps(json, "x", firstRow.count()) : new Values(json.get("x"));
      y = json.containsKey("y0") ? steps(json, "y", z.count()) : new Values(json.get("y"));
    }

    private static Values steps(Map<String, Object> json, String axis, int count) {
      double from = ((Number) json.get(axis + "0")).doubleValue();
      double step = ((Number) json.getOrDefault("d" + axis, 1)).doubleValue();
      double[] values = new double[count];
      for (int i = 0; i < count; i++) {
        values[i] = from + i * step;
      }
      return new Values(values);
    }

    boolean isHole(int point) {
      return isMap && Double.isNaN(z(point));
    }

    int count() {
      return isMap ? z.count() * firstRow.count() : Math.max(x.count(), y.count());
    }

    String x(int point) {
      return x.text(isMap ? point % firstRow.count() : point, isMap);
    }

    String y(int point) {
      return y.text(isMap ? point / firstRow.count() : point, isMap);
    }

    double z(int point) {
      Object value = isMap ? new Values(z.get(point / firstRow.count())).get(point % firstRow.count())
          : point < z.count() ? z.get(point) : null;
      return value instanceof Number ? ((Number) value).doubleValue() : Double.NaN;
    }
  }

  /** An array or list; anything else counts as empty. */
  private static final class Values {
    private final Object values;

    Values(Object values) {
      boolean several = values instanceof List || values != null && values.getClass().isArray();
      this.values = several ? values : List.of();
    }

    int count() {
      return values instanceof List ? ((List<?>) values).size() : Array.getLength(values);
    }

    Object get(int i) {
      return values instanceof List ? ((List<?>) values).get(i) : Array.get(values, i);
    }

    /** Returns a value as text, its number where the values are only counted, nothing past the end. */
    String text(int i, boolean counted) {
      if (i >= count()) {
        return counted && count() == 0 ? Integer.toString(i) : "";
      }
      Object value = get(i);
      if (value instanceof Number) {
        double number = ((Number) value).doubleValue();
        return Double.isNaN(number) ? "" : Csv.number(number);
      }
      return value == null ? "" : value.toString();
    }
  }
}
