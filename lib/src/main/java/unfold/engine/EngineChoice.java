package unfold.engine;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import unfold.engine.EngineProvider.Use;

/** Which of the engines there are is used. */
final class EngineChoice {
  /** The system property by which a reader forces an engine. */
  static final String PROPERTY = "unfold.engine";

  private static final Set<String> SAID = ConcurrentHashMap.newKeySet();

  private final List<EngineProvider> providers;
  private final Consumer<String> notice;

  EngineChoice(List<EngineProvider> providers, Consumer<String> notice) {
    this.providers = List.copyOf(providers);
    this.notice = notice;
  }

  /** Returns the choice among all engines of the library, which says once why a better one is off. */
  static EngineChoice installed() {
    // In a notebook the library has a class loader of its own, which the thread's knows nothing of.
    ServiceLoader<EngineProvider> found =
        ServiceLoader.load(EngineProvider.class, Engine.class.getClassLoader());
    return new EngineChoice(found.stream().map(ServiceLoader.Provider::get).toList(), text -> {
      if (SAID.add(text)) {
        System.err.println(text);
      }
    });
  }

  /**
   * Returns the engine for a use.
   *
   * @param forced the name of the engine that must be used; null for the best that is available
   * @throws IllegalArgumentException if there is no engine of that name
   * @throws IllegalStateException if that engine, or every engine, can't run here
   */
  Engine engine(Use use, String forced) {
    return (forced == null ? best(use) : named(forced)).engine(use);
  }

  private EngineProvider named(String name) {
    List<String> names = providers.stream().map(EngineProvider::name).sorted().toList();
    EngineProvider provider = providers.stream().filter(p -> p.name().equals(name)).findFirst()
        .orElseThrow(() -> new IllegalArgumentException("the system property " + PROPERTY + " must be one of "
            + names + ", but was '" + name + "'"));
    provider.unavailable().ifPresent(reason -> {
      throw new IllegalStateException("the " + name + " engine, which the system property " + PROPERTY
          + " asks for, is off: " + reason);
    });
    return provider;
  }

  private EngineProvider best(Use use) {
    List<EngineProvider> ranked = new ArrayList<>(providers);
    ranked.sort(Comparator.comparingInt((EngineProvider p) -> p.rank(use)).reversed());
    List<String> off = new ArrayList<>();
    for (EngineProvider provider : ranked) {
      Optional<String> reason = provider.unavailable();
      if (reason.isEmpty()) {
        off.forEach(text -> notice.accept("unfold: " + text + "; " + provider.name() + " is used."));
        return provider;
      }
      off.add("the " + provider.name() + " engine is off: " + reason.get());
    }
    throw new IllegalStateException(off.isEmpty() ? "there is no engine" : String.join("; ", off));
  }
}
