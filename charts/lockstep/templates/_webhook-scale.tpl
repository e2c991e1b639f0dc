{{- /*
A Deployment is scaled up: if it is out of step, its template is patched first. No objectSelector: the review holds a
Scale, which has no labels, so that a selector would match all of them or none.
*/}}
{{- define "lockstep.webhook.scale" -}}
{{- $webhook := merge (dict "values" .root.Values.webhook.scale) . -}}
- name: {{ prepend .suffixes "scale" | join "-" }}.lockstep.dev
  admissionReviewVersions: [v1]
  clientConfig:
    {{- include "lockstep.webhook.clientConfig" (dict "root" .root "path" (prepend .suffixes "scale" | join "/")) | nindent 4 }}
  failurePolicy: {{ include "lockstep.webhook.failurePolicy" $webhook }}
  timeoutSeconds: {{ include "lockstep.webhook.timeoutSeconds" $webhook }}
  matchPolicy: Equivalent
  namespaceSelector:
    {{- include "lockstep.webhook.namespaceSelector" $webhook | nindent 4 }}
  rules:
    - apiGroups: [apps]
      apiVersions: [v1]
      resources: [deployments/scale]
      operations: [UPDATE]
      scope: Namespaced
  # The side effect is the PATCH of the Deployment; a dry run makes none.
  sideEffects: NoneOnDryRun
  # The answer rests on the Deployment, not on the Scale: nothing that a later webhook changes in it matters.
  reinvocationPolicy: Never
  # Not filtered by user: lockstep itself never scales.
  matchConditions:
    # No new pods, nothing to do. A Scale leaves out replicas when it is 0.
    - name: scale-up
      expression: object.?spec.?replicas.orValue(0) > oldObject.?spec.?replicas.orValue(0)
{{- end }}
