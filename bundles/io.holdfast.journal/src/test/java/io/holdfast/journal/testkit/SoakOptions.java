package io.holdfast.journal.testkit;

/**
 * What the long runs of the store are asked for.
 *
 * @param count how much
 * @param seed of the first of it
 * @param json file for the figures; empty for none
 */
record SoakOptions(long count, long seed, String json) {

    /** Reads them. For {@code --help} the usage is printed and the process ends with 0; for a wrong option that is said, and it ends with 2. */
    static SoakOptions parse(String[] arguments, String countOption, long usualCount, String usage) {
        if (arguments.length == 1 && arguments[0].equals("--help")) {
            System.out.print(usage);
            System.exit(0);
        }
        try {
            return parse(arguments, countOption, usualCount);
        } catch (IllegalArgumentException e) {
            System.err.println("holdfast: " + e.getMessage() + "; see --help");
            System.exit(2);
            throw e;
        }
    }

    private static SoakOptions parse(String[] arguments, String countOption, long usualCount) {
        long count = usualCount;
        long seed = 1;
        String json = "";
        for (int index = 0; index < arguments.length; index += 2) {
            String option = arguments[index];
            String value = index + 1 < arguments.length ? arguments[index + 1] : "";
            if (option.equals(countOption)) {
                count = number(option, value);
                if (count < 1) {
                    throw new IllegalArgumentException(option + " is " + value + "; expected at least 1");
                }
            } else if (option.equals("--seed")) {
                seed = number(option, value);
            } else if (option.equals("--json") && !value.isEmpty()) {
                json = value;
            } else {
                throw new IllegalArgumentException(
                        option + " " + value + ": expected " + countOption + " N, --seed S or --json FILE");
            }
        }
        return new SoakOptions(count, seed, json);
    }

    private static long number(String option, String value) {
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(option + " is '" + value + "'; expected a number", e);
        }
    }
}
