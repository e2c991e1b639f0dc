{{- /*
What all webhooks share. Called with the root context, the path and failurePolicy of the one webhook, and its own values.
No caBundle where it is filled in by lockstep or cert-manager: a field that the chart never mentions is one that no
upgrade, rollback or server-side apply takes away.
*/}}
{{- define "lockstep.webhook.common" -}}
{{- $root := .root -}}
admissionReviewVersions: [v1]
clientConfig:
  {{- if $root.Values.webhook.url }}
  url: {{ printf "%s%s" $root.Values.webhook.url .path | quote }}
  {{- else }}
  service:
    namespace: {{ $root.Release.Namespace | quote }}
    name: {{ include "lockstep.fullname" $root | quote }}
    port: 443
    path: {{ .path }}
  {{- end }}
  {{- with $root.Values.webhook.caBundle }}
  caBundle: {{ . }}
  {{- end }}
failurePolicy: {{ .failurePolicy }}
timeoutSeconds: {{ include "lockstep.timeoutSeconds" (dict "root" $root "own" .values.timeoutSeconds) }}
matchPolicy: Equivalent
{{- end }}

{{- /*
What a webhook has that may refuse: called with the root context, its name, and what it does on an error. Namespaces say
so with a label, and a selector sends them where it is done: nothing has to be read when reading is what fails, and
failurePolicy, for lockstep itself being away, can say the same. The label lockstep.dev/pin is told in the same way: `pin`
is the operator for it, In or NotIn, or nothing where no webhook asks for it.
*/}}
{{- define "lockstep.webhook.onError" -}}
{{- $root := .root -}}
{{- $default := $root.Values.onError -}}
{{- $values := index $root.Values.webhook .name -}}
{{- $policy := ternary "Ignore" "Fail" (eq .onError "allow") -}}
{{- if not .labelled }}{{ $policy = $values.failurePolicy | default $root.Values.webhook.failurePolicy | default $policy }}{{ end -}}
{{- $selector := $values.namespaceSelector | default $root.Values.webhook.namespaceSelector -}}
{{- $suffixes := list }}
{{- if .labelled }}{{ $suffixes = append $suffixes .onError }}{{ end }}
{{- if eq (.pin | default "") "In" }}{{ $suffixes = append $suffixes "pin" }}{{ end -}}
- name: {{ prepend $suffixes .name | join "-" }}.lockstep.dev
  {{- $path := printf "/admission/%s" (prepend $suffixes .name | join "/") }}
  {{- include "lockstep.webhook.common" (dict "root" $root "path" $path "failurePolicy" $policy "values" $values) | nindent 2 }}
  namespaceSelector:
    {{- include "lockstep.webhook.namespaceSelector" (dict "root" $root "selector" $selector "evenDisabled" .evenDisabled) | nindent 4 }}
      - key: lockstep.dev/on-error
        operator: {{ ternary "In" "NotIn" .labelled }}
        values: [{{ ternary "deny" "allow" (eq $default "allow") }}]
      {{- with .pin }}
      - key: lockstep.dev/pin
        operator: {{ . }}
        values: [enabled]
      {{- end }}
{{- end }}

{{- /* A Deployment is created or changed: the digest of its configuration is written into its pod template. */}}
{{- define "lockstep.webhook.template" -}}
{{ include "lockstep.webhook.onError" (merge (dict "name" "template") .) }}
  objectSelector:
    {{- include "lockstep.webhook.objectSelector" .root.Values.webhook.objectSelector | nindent 4 }}
  rules:
    - apiGroups: [apps]
      apiVersions: [v1]
      resources: [deployments]
      operations: [CREATE, UPDATE]
      scope: Namespaced
  {{- if .root.Values.pin.enabled }}
  # Its side effects are the copies of what is pinned, by the namespace or by the Deployment itself; a dry run makes none.
  sideEffects: NoneOnDryRun
  {{- else }}
  sideEffects: None
  {{- end }}
  # A webhook called later may add a sidecar with references of its own: they count, so lockstep is asked again.
  reinvocationPolicy: IfNeeded
  # Updates that leave the template alone are not filtered out: a server-side apply of the same manifest after an edit
  # of its ConfigMap is such an update, and must roll. (A client-side one sends no request where nothing differs.)
  matchConditions:
    # The scale webhook patches the template inside a scale-up's review. What it writes is the answer this webhook
    # would give: asking again would cost the same reads a second time, inside the same deadline.
    - name: not-our-own-patch
      expression: request.userInfo.username != 'system:serviceaccount:{{ .root.Release.Namespace }}:{{ include "lockstep.serviceAccountName" .root }}'
    # A Deployment being deleted rolls no more; its last updates only take off finalizers.
    - name: not-being-deleted
      expression: "!has(object.metadata.deletionTimestamp)"
{{- end }}

{{- /*
A Deployment is scaled up: if it is out of step, its template is patched first. No objectSelector: the review holds a
Scale, which has no labels, so that a selector would match all of them or none.
*/}}
{{- define "lockstep.webhook.scale" -}}
{{ include "lockstep.webhook.onError" (merge (dict "name" "scale") .) }}
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
