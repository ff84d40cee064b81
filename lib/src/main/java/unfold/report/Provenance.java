package unfold.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import unfold.Check;
import unfold.Scale;
import unfold.Seed;
import unfold.engine.Engine;

/**
 * How a result was got.
 *
 * @param scale the scale of the notebook that made it
 * @param seed the seed of all that is random in it
 * @param made when, as {@code 2026-11-21T18:40:00Z}
 * @param seconds how long it took; if it was broken off, since it last went on
 * @param commit the sources' commit, empty if it is not known
 * @param engine what ran the networks, as {@code vector}
 * @param java the version of Java
 * @param processors how many processors the machine has
 */
public record Provenance(Scale scale, Seed seed, String made, double seconds, String commit, String engine, String java,
    int processors) {

  /** The environment variable in which the launcher names the sources' commit. */
  static final String COMMIT = "UNFOLD_COMMIT";

  /** Returns how something made just now, on this machine, was got. */
  static Provenance now(Scale scale, Seed seed, double seconds) {
    String commit = System.getenv(COMMIT);
    return new Provenance(scale, seed, Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
        Math.round(10 * seconds) / 10.0, commit == null ? "" : commit, Engine.forTraining().name(),
        System.getProperty("java.version"), Runtime.getRuntime().availableProcessors());
  }

  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("scale", scale.toString());
    json.put("seed", seed.value());
    json.put("made", made);
    json.put("seconds", seconds);
    json.put("commit", commit);
    json.put("engine", engine);
    json.put("java", java);
    json.put("processors", processors);
    return json;
  }

  static Provenance of(JsonNode json) {
    return new Provenance(Scale.of(text(json, "scale")), Seed.of(get(json, "seed").asLong()), text(json, "made"),
        get(json, "seconds").asDouble(), text(json, "commit"), text(json, "engine"), text(json, "java"),
        get(json, "processors").asInt());
  }

  private static String text(JsonNode json, String name) {
    return get(json, name).asText();
  }

  private static JsonNode get(JsonNode json, String name) {
    Check.that(json.has(name), "a result's provenance must have '%s', but has not", name);
    return json.get(name);
  }

  /** Returns it in a line: {@code quick scale, seed 1, 2026-11-21, 48 s, commit 65235f2}. */
  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%s scale, seed %d, %s, %s%s", scale, seed.value(), made.substring(0, 10),
        seconds < 120 ? Math.round(seconds) + " s" : Math.round(seconds / 60) + " min",
        commit.isEmpty() ? "" : ", commit " + commit);
  }
}
