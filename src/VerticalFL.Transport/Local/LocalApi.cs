using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace VerticalFL.Transport.Local;

/// <summary>The refusal half of a service's local API: every exception becomes one JSON sentence with a status of its own.</summary>
public static class LocalApi
{
    /// <summary>Turns <see cref="LocalRequestException"/> and unexpected failures into the error form that <see cref="LocalClient"/> reads.</summary>
    public static void UseLocalRefusals(this IApplicationBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.Use(async (context, next) =>
        {
            try
            {
                await next(context);
            }
            catch (LocalRequestException e) when (!context.Response.HasStarted)
            {
                await WriteAsync(context, e.Refusal, e.Message);
            }
            catch (IOException e) when (!context.Response.HasStarted)
            {
                await WriteAsync(context, LocalRefusal.Failed, e.Message);
            }
        });
    }

    internal static HttpStatusCode StatusOf(LocalRefusal refusal) => refusal switch
    {
        LocalRefusal.NotFound => HttpStatusCode.NotFound,
        LocalRefusal.InvalidStudy => HttpStatusCode.UnprocessableEntity,
        LocalRefusal.NotAllowed => HttpStatusCode.Conflict,
        LocalRefusal.PolicyRefused => HttpStatusCode.Forbidden,
        LocalRefusal.NotRunning => HttpStatusCode.ServiceUnavailable,
        _ => HttpStatusCode.InternalServerError,
    };

    private static Task WriteAsync(HttpContext context, LocalRefusal refusal, string message)
    {
        context.Response.StatusCode = (int)StatusOf(refusal);
        return context.Response.WriteAsJsonAsync(new LocalError(refusal, message), LocalJson.Options, context.RequestAborted);
    }
}
