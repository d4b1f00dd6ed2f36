package io.holdfast.cli.internal.command;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;

/** What went wrong with a file, in words: the errors of the JDK often have its name alone. */
final class IoReasons {

    private IoReasons() {}

    static String of(IOException error) {
        return switch (error) {
            case NoSuchFileException _ -> "is not there";
            case FileAlreadyExistsException _ -> "is there already";
            case AccessDeniedException _ -> "permission denied";
            case CharacterCodingException _ -> "it is no text";
            default -> String.valueOf(error.getMessage());
        };
    }
}
