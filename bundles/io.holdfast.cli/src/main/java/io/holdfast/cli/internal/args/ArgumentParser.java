package io.holdfast.cli.internal.args;

import io.holdfast.cli.internal.CliException;
import io.holdfast.cli.internal.args.Spec.Option;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Turns words into values. Options may stand anywhere, as {@code --name value} or {@code --name=value}; {@code --} ends them. */
public final class ArgumentParser {

    private final Spec spec;
    private final List<Option> common;

    /**
     * Creates a parser.
     *
     * @param spec what the command understands
     * @param common what every command understands
     */
    public ArgumentParser(Spec spec, List<Option> common) {
        this.spec = spec;
        this.common = List.copyOf(common);
    }

    /**
     * Reads the words after the command's name.
     *
     * @param words as given
     * @return values by name
     * @throws CliException with usage, naming the word that is wrong and what would be right
     */
    public Arguments parse(List<String> words) {
        Map<String, String> values = new LinkedHashMap<>();
        List<String> placed = new ArrayList<>();
        boolean optionsEnded = false;
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            if (optionsEnded || !word.startsWith("--")) {
                placed.add(word);
            } else if (word.equals("--")) {
                optionsEnded = true;
            } else {
                i += option(word, i + 1 < words.size() ? List.of(words.get(i + 1)) : List.of(), values);
            }
        }
        if (!values.containsKey("help")) {
            place(placed, values);
            requireOptions(values);
        }
        return new Arguments(values);
    }

    /** Reads one option and says how many words of its value it took beside its own. */
    private int option(String word, List<String> following, Map<String, String> values) {
        int equals = word.indexOf('=');
        String name = equals < 0 ? word.substring(2) : word.substring(2, equals);
        Option option = Stream.concat(spec.options().stream(), common.stream())
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow(() -> CliException.usage(
                        "--" + name,
                        "--" + name + ": there is no such option of '" + spec.name() + "'; expected " + optionNames()));
        if (values.containsKey(name)) {
            throw CliException.usage("--" + name, "--" + name + ": given twice; expected once");
        }
        if (!option.hasValue()) {
            if (equals >= 0) {
                throw CliException.usage("--" + name, "--" + name + ": has no value; expected it alone");
            }
            values.put(name, "");
            return 0;
        }
        if (equals >= 0) {
            values.put(name, word.substring(equals + 1));
            return 0;
        }
        if (following.isEmpty()) {
            throw CliException.usage(
                    "--" + name, "--" + name + ": its value is missing; expected --" + name + " " + option.value());
        }
        values.put(name, following.getFirst());
        return 1;
    }

    private void place(List<String> placed, Map<String, String> values) {
        List<Spec.Parameter> parameters = spec.parameters();
        for (int i = 0; i < Math.max(parameters.size(), placed.size()); i++) {
            if (i >= placed.size()) {
                String name = parameters.get(i).name();
                throw CliException.usage(name, name + ": missing; expected " + spec.usage());
            }
            if (i >= parameters.size()) {
                throw CliException.usage(
                        placed.get(i), "'" + placed.get(i) + "': one word too many; expected " + spec.usage());
            }
            values.put(parameters.get(i).name(), placed.get(i));
        }
    }

    private void requireOptions(Map<String, String> values) {
        for (Option option : spec.options()) {
            if (option.required() && !values.containsKey(option.name())) {
                throw CliException.usage(
                        "--" + option.name(), "--" + option.name() + ": missing; expected " + spec.usage());
            }
        }
    }

    private String optionNames() {
        return Stream.concat(spec.options().stream(), common.stream())
                .map(option -> "--" + option.name())
                .collect(Collectors.joining(", "));
    }
}
