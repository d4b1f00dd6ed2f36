package io.holdfast.console.rest.internal.http;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.AnnotatedMember;
import com.fasterxml.jackson.databind.introspect.AnnotatedParameter;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import java.lang.reflect.Executable;
import java.lang.reflect.Member;
import org.jspecify.annotations.Nullable;

/**
 * Reads from a record's own annotations which fields of a message have to be there: all that are not {@link Nullable}. So the type that the
 * code uses is the rule that the message is held to.
 */
final class RequiredFields extends JacksonAnnotationIntrospector {

    private static final long serialVersionUID = 1L;

    @Override
    @SuppressWarnings("null") // the library says nothing about null; it never passes null here
    public @Nullable Boolean hasRequiredMarker(AnnotatedMember member) {
        return isRequired(member) ? Boolean.TRUE : super.hasRequiredMarker(member);
    }

    @Override
    @SuppressWarnings("null") // the library says nothing about null; it never passes null here
    public JsonSetter.Value findSetterInfo(Annotated annotated) {
        return isRequired(annotated) ? JsonSetter.Value.forValueNulls(Nulls.FAIL) : super.findSetterInfo(annotated);
    }

    private static boolean isRequired(Annotated annotated) {
        if (annotated instanceof AnnotatedParameter parameter && parameter.getOwner() != null) {
            Member owner = parameter.getOwner().getMember();
            // not the constructor's parameters: a compact constructor does not repeat the annotations of the components
            return owner instanceof Executable constructor
                    && constructor.getDeclaringClass().isRecord()
                    && !constructor
                            .getDeclaringClass()
                            .getRecordComponents()[parameter.getIndex()]
                            .getAnnotatedType()
                            .isAnnotationPresent(Nullable.class);
        }
        return false;
    }
}
