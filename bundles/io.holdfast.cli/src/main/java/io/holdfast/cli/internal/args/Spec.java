package io.holdfast.cli.internal.args;

import java.util.ArrayList;
import java.util.List;

/**
 * What a command understands. Immutable; the {@code with…} methods give a copy with one thing more.
 *
 * @param name one or two words
 * @param summary what it does, one line, a sentence without its full stop
 * @param parameters the words after its name, in order
 * @param options what may stand anywhere
 * @param details further lines of its help
 */
public record Spec(
        String name, String summary, List<Parameter> parameters, List<Option> options, List<String> details) {

    public Spec {
        parameters = List.copyOf(parameters);
        options = List.copyOf(options);
        details = List.copyOf(details);
    }

    /**
     * A word that has a place.
     *
     * @param name in capitals
     * @param text what it is
     */
    public record Parameter(String name, String text) {}

    /**
     * A word that begins with two hyphens.
     *
     * @param name without the hyphens
     * @param value name of its value in capitals; empty when it has none
     * @param text what it does
     * @param required whether the command needs it
     */
    public record Option(String name, String value, String text, boolean required) {

        /**
         * Tells whether a value follows.
         *
         * @return false when its being there is all it says
         */
        public boolean hasValue() {
            return !value.isEmpty();
        }

        String usage() {
            String all = hasValue() ? "--" + name + " " + value : "--" + name;
            return required ? all : "[" + all + "]";
        }
    }

    /**
     * Begins a specification.
     *
     * @param name one or two words
     * @param summary what it does
     * @return a command that understands nothing
     */
    public static Spec of(String name, String summary) {
        return new Spec(name, summary, List.of(), List.of(), List.of());
    }

    /**
     * Adds a word that has a place.
     *
     * @param parameter in capitals
     * @param text what it is
     * @return a copy
     */
    public Spec with(String parameter, String text) {
        return new Spec(name, summary, plus(parameters, new Parameter(parameter, text)), options, details);
    }

    /**
     * Adds an option with a value that may be left out.
     *
     * @param option without hyphens
     * @param value name of its value in capitals
     * @param text what it does
     * @return a copy
     */
    public Spec withOption(String option, String value, String text) {
        return new Spec(name, summary, parameters, plus(options, new Option(option, value, text, false)), details);
    }

    /**
     * Adds an option with a value that the command needs.
     *
     * @param option without hyphens
     * @param value name of its value in capitals
     * @param text what it does
     * @return a copy
     */
    public Spec withRequired(String option, String value, String text) {
        return new Spec(name, summary, parameters, plus(options, new Option(option, value, text, true)), details);
    }

    /**
     * Adds an option without a value.
     *
     * @param flag without hyphens
     * @param text what it does
     * @return a copy
     */
    public Spec withFlag(String flag, String text) {
        return new Spec(name, summary, parameters, plus(options, new Option(flag, "", text, false)), details);
    }

    /**
     * Adds a line to the help.
     *
     * @param line a sentence
     * @return a copy
     */
    public Spec withDetail(String line) {
        return new Spec(name, summary, parameters, options, plus(details, line));
    }

    /**
     * Shows how the command is written.
     *
     * @return one line, without what all commands understand
     */
    public String usage() {
        StringBuilder line = new StringBuilder("holdfastctl ").append(name);
        parameters.forEach(parameter -> line.append(' ').append(parameter.name()));
        options.forEach(option -> line.append(' ').append(option.usage()));
        return line.toString();
    }

    private static <T> List<T> plus(List<T> list, T element) {
        List<T> longer = new ArrayList<>(list);
        longer.add(element);
        return longer;
    }
}
