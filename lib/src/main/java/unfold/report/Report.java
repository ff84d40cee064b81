package unfold.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.plotly.components.Figure;
import unfold.AtomicFile;
import unfold.Check;
import unfold.Scale;
import unfold.Seed;
import unfold.plot.Chart;
import unfold.plot.PlotlyJson;
import unfold.plot.Svg;
import unfold.plot.TableView;

/**
 * What a notebook measured, beside what its paper says.
 *
 * <pre>{@code
 * Report report = Report.open("f1b");
 * report.begin("Figure 2 top", "the feature is loaded, then forgotten");
 * ...
 * report.add("Figure 2 top", "mean+ t=10", mean);
 * report.add("Figure 2 top", "error t=20", error, Rule.claim("not separable in the end", e -> e > 0.1));
 * report.figure("Figure 2", "Distributions of the state", chart)    // returns the chart
 * report.compare("Figure 2 top")                                    // the table paper / ours / verdict
 * }</pre>
 *
 * <p>If the environment variable {@value #FOLDER} names a folder, everything is written there at once, into a
 * folder of the paper's name: {@code rows.csv}, {@code figures.json}, and for each figure {@code <file>.json}
 * (plotly) or {@code <file>.svg} or {@code <file>.html} and its data as {@code <file>.csv}. Without it
 * nothing is written. A row of the same item and quantity, and a figure of the same item and caption,
 * replaces the earlier one, so a cell may be run again.
 */
public final class Report {
  /** The environment variable that names the folder for reports. */
  public static final String FOLDER = "UNFOLD_REPORT";

  private static final String HEADER =
      "paper,item,quantity,published,measured,unit,verdict,source,scale,seed,data,seconds";

  private final String paper;
  private final Scale scale;
  private final Seed seed;
  private final Path folder;
  private final LongSupplier nanoTime;
  private final Map<String, Measurement> rows = new LinkedHashMap<>();
  private final Map<String, Map<String, Object>> figures = new LinkedHashMap<>();
  private final Map<String, String> claims = new LinkedHashMap<>();
  private final Map<String, Long> begun = new HashMap<>();
  private String item;
  private long since;
  private String data = "generated";
  private Provenance stored;
  private String resting;

  private Report(String paper, Scale scale, Seed seed, Path folder, LongSupplier nanoTime) {
    this.paper = paper;
    this.scale = scale;
    this.seed = seed;
    this.folder = folder;
    this.nanoTime = nanoTime;
    since = nanoTime.getAsLong();
  }

  /**
   * Opens the report on a paper, with scale, seed and folder from the environment.
   *
   * @param paper its short name, lower-case letters and digits: {@code "f1b"}
   * @throws IllegalArgumentException if the name, the scale or the seed is none
   */
  public static Report open(String paper) {
    String folder = System.getenv(FOLDER);
    boolean shownOnly = folder == null || folder.isBlank();
    return open(paper, Scale.current(), Seed.current(), shownOnly ? null : Path.of(folder), System::nanoTime);
  }

  static Report open(String paper, Scale scale, Seed seed, Path folder, LongSupplier nanoTime) {
    Check.that(paper.matches("[a-z0-9]+"),
        "paper must be of lower-case letters and digits, but was '%s'", paper);
    Path own = folder == null ? null : folder.resolve(paper);
    Report report = new Report(paper, scale, seed, own, nanoTime);
    report.writeRows();
    return report;
  }

  /** Names the data that what follows was measured on; {@code "generated"} if never called. */
  public Report data(String data) {
    this.data = data;
    return this;
  }

  /**
   * Says that what follows rests on a result, up to the next item or result: if that was stored, the rows say so, and
   * at which scale and seed it was got. The item that rests on it is that of the next row, with its parts.
   */
  public Report from(Result<?> result) {
    stored = result.stored() ? result.provenance() : null;
    resting = null;
    return this;
  }

  /** Returns what an item rests on, null unless that was stored. */
  private Provenance basis(String item) {
    return resting == null || isPart(item, resting) ? stored : null;
  }

  /** Begins an item, which rests on nothing stored: its clock starts. */
  public Report begin(String item) {
    this.item = item;
    stored = null;
    since = nanoTime.getAsLong();
    begun.put(item, since);
    return this;
  }

  /** Begins an item, with what the paper claims of it. */
  public Report begin(String item, String claim) {
    claims.put(item, claim);
    return begin(item);
  }

  /** Adds a number that the paper does not give. */
  public Report add(String item, String quantity, double measured) {
    return add(item, quantity, measured, "", Rule.none());
  }

  /** Adds a plain number, judged by a rule. */
  public Report add(String item, String quantity, double measured, Rule rule) {
    return add(item, quantity, measured, "", rule);
  }

  /** Adds a number with a unit, judged by a rule. */
  public Report add(String item, String quantity, double measured, String unit, Rule rule) {
    Check.that(!item.isBlank() && !quantity.isBlank(),
        "item and quantity must say something, but one was blank");
    resting = resting == null ? item : resting;
    double seconds = seconds(item);
    rows.put(item + "\0" + quantity,
        new Measurement(item, quantity, rule, measured, unit, data, seconds, basis(item)));
    writeRows();
    return this;
  }

  /** Adds whether a claim of the paper holds; measured is 1 or 0. */
  public Report add(String item, String quantity, String claim, boolean holds) {
    return add(item, quantity, holds ? 1 : 0, Rule.claim(claim, x -> x == 1));
  }

  /** An item's clock starts with it, or where the item before it ended: with that one's last row. */
  private double seconds(String item) {
    long now = nanoTime.getAsLong();
    if (!item.equals(this.item)) {
      begun.putIfAbsent(item, since);
      this.item = item;
    }
    since = now;
    return (now - begun.get(item)) / 1e9;
  }

  /** Stores a figure with the data of its traces and returns it, to be shown. */
  public <F extends Figure> F figure(String item, String caption, F figure) {
    return figure(item, caption, figure, FigureData.of(figure));
  }

  /** Stores a figure with a table of its data and returns it, to be shown. */
  public <F extends Figure> F figure(String item, String caption, F figure, Table table) {
    if (figure instanceof Chart && ((Chart) figure).note() == null) {
      ((Chart) figure).note(provenance(basis(item)));
    }
    String file = file(item, caption);
    write(file + ".json", PlotlyJson.string(figure));
    write(file + ".csv", Csv.of(table));
    writeFigures();
    return figure;
  }

  /** Stores a drawing and returns it, to be shown. */
  public Svg figure(String item, String caption, Svg drawing) {
    write(file(item, caption) + ".svg", drawing.text());
    writeFigures();
    return drawing;
  }

  /** Stores a table and returns it, to be shown with the caption unless it has one of its own. */
  public TableView figure(String item, String caption, TableView view) {
    String file = file(item, caption);
    write(file + ".html", view.html());
    write(file + ".csv", Csv.of(view.table()));
    writeFigures();
    return view.caption() == null ? view.caption(caption) : view;
  }

  /** Stores a table and returns a view of it, to be shown. */
  public TableView figure(String item, String caption, Table table) {
    return figure(item, caption, TableView.of(table));
  }

  /** Returns scale, seed and data in a line, and what it rests on if that was stored. */
  public String provenance() {
    return provenance(stored);
  }

  private String provenance(Provenance stored) {
    return stored == null ? scale + " scale · seed " + seed.value() + " · " + data
        : stored.scale() + " scale · seed " + stored.seed().value() + " · " + data + " · stored";
  }

  /** Returns the results of this paper that are kept from run to run, for this scale and seed. */
  public Results results() {
    return Results.open(paper, scale, seed);
  }

  /** Returns the results of another notebook, to show what it has left; {@code results("meet").newestTable(name)}. */
  public Results results(String other) {
    return Results.open(other, scale, seed);
  }

  /** Returns the scale that the notebook runs at. */
  public Scale scale() {
    return scale;
  }

  /** Returns the seed of everything random, 1 if the environment gives none. */
  public Seed seed() {
    return seed;
  }

  /** Returns all rows, in the order of their first adding. */
  public List<Measurement> rows() {
    return List.copyOf(rows.values());
  }

  /**
   * Returns the table "quantity, paper, ours, difference, verdict" of an item and its parts, without differences where
   * the paper gives no numbers.
   */
  public TableView compare(String item) {
    return view(rows().stream().filter(row -> isPart(row.item(), item)).toList());
  }

  /** Returns the table of everything so far. */
  public TableView table() {
    return view(rows()).limit(1000);
  }

  /** Returns the table of all that the paper says something of. */
  public TableView verdicts() {
    return view(rows().stream().filter(row -> row.verdict() != Verdict.NOT_PUBLISHED).toList()).limit(1000);
  }

  private static TableView view(List<Measurement> rows) {
    Table table = Table.create("paper and ours", StringColumn.create("item"), StringColumn.create("quantity"),
        StringColumn.create("paper"), StringColumn.create("ours"), StringColumn.create("difference"),
        StringColumn.create("verdict"));
    for (Measurement row : rows) {
      double number = row.rule().number();
      String unit = row.unit().isEmpty() ? "" : " " + row.unit();
      String[] cells = {row.item(), row.quantity(),
          Double.isNaN(number) ? row.rule().published() : TableView.number(number) + unit,
          TableView.number(row.measured()) + unit,
          Double.isNaN(number) ? "" : TableView.number(row.measured() - number),
          row.verdict() + (row.stored() == null ? "" : ", stored")};
      for (int i = 0; i < cells.length; i++) {
        table.stringColumn(i).append(cells[i]);
      }
    }
    TableView view = TableView.of(table).alignRight("ours", "difference");
    if (rows.stream().allMatch(row -> Double.isNaN(row.rule().number()))) {
      table.removeColumns("difference");
    }
    return view.bold((row, column) -> column.equals("verdict")
        && List.of(Verdict.DIFFERS, Verdict.CONTRADICTED, Verdict.FAILED).contains(rows.get(row).verdict()));
  }

  /** Returns the table of what the paper says of an item and its parts. */
  public TableView verdicts(String item) {
    return view(rows().stream().filter(row -> row.verdict() != Verdict.NOT_PUBLISHED && isPart(row.item(), item))
        .toList());
  }

  /** Returns the name of an item's files, a new one for a new caption, and notes the figure. */
  private String file(String item, String caption) {
    Map<String, Object> entry = figures.get(item + "\0" + caption);
    if (entry == null) {
      String slug = item.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
      String file = slug;
      for (int i = 2; taken(file); i++) {
        file = slug + "-" + i;
      }
      entry = new LinkedHashMap<>();
      entry.put("item", item);
      entry.put("caption", caption);
      entry.put("file", file);
      figures.put(item + "\0" + caption, entry);
    }
    entry.put("claim", claim(item));
    return (String) entry.get("file");
  }

  /** Returns what the paper claims of an item and its parts. */
  private String claim(String item) {
    return claims.keySet().stream().filter(part -> isPart(part, item)).map(claims::get).distinct()
        .collect(Collectors.joining(" "));
  }

  /** {@code "Figure 2 top"} and {@code "Figure 2"} are parts of Figure 2, {@code "Figure 20"} is none. */
  private static boolean isPart(String part, String item) {
    return (part + " ").startsWith(item + " ");
  }

  private boolean taken(String file) {
    return figures.values().stream().anyMatch(entry -> file.equals(entry.get("file")));
  }

  private void writeRows() {
    StringBuilder csv = new StringBuilder(HEADER).append('\n');
    for (Measurement row : rows.values()) {
      csv.append(Csv.line(paper, row.item(), row.quantity(), row.rule().published(),
          Csv.number(row.measured()), row.unit(), row.verdict().toString(),
          row.stored() == null ? "run" : "stored", row.scale(scale).toString(),
          Long.toString(row.seed(seed).value()), row.data(), String.format(Locale.ROOT, "%.3f", row.seconds())));
    }
    write("rows.csv", csv.toString());
  }

  private void writeFigures() {
    try {
      ObjectWriter writer = new ObjectMapper().writerWithDefaultPrettyPrinter();
      write("figures.json", writer.writeValueAsString(figures.values()));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private void write(String name, String text) {
    if (folder == null) {
      return;
    }
    try {
      AtomicFile.write(folder.resolve(name), text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the report into " + folder + " (from " + FOLDER + ")", e);
    }
  }
}
