package unfold.data;

/**
 * Where data come from, as {@link Dataset} tells it.
 *
 * @param notice why they are generated; empty if they are real
 */
record Origin(String name, String licence, String notice) {}
