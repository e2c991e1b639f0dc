{{- /*
A Deployment is created or changed: the digest of its configuration is written into its pod template. What the
dictionary holds that it is called with: _webhook-common.tpl.
*/}}
{{- define "lockstep.webhook.template" -}}
{{- $values := .root.Values.webhook -}}
{{- $webhook := merge (dict "values" $values.template) . -}}
- name: {{ prepend .suffixes "template" | join "-" }}.lockstep.dev
  admissionReviewVersions: [v1]
  clientConfig:
    {{- include "lockstep.webhook.clientConfig" (dict "root" .root "path" (prepend .suffixes "template" | join "/")) | nindent 4 }}
  failurePolicy: {{ include "lockstep.webhook.failurePolicy" $webhook }}
  timeoutSeconds: {{ include "lockstep.webhook.timeoutSeconds" $webhook }}
  matchPolicy: Equivalent
  namespaceSelector:
    {{- include "lockstep.webhook.namespaceSelector" $webhook | nindent 4 }}
  objectSelector:
    {{- with $values.objectSelector.matchLabels }}
    matchLabels:
      {{- toYaml . | nindent 6 }}
    {{- end }}
    matchExpressions:
      - key: lockstep.dev/inject
        operator: NotIn
        values: [disabled]
      {{- with $values.objectSelector.matchExpressions }}
      {{- toYaml . | nindent 6 }}
      {{- end }}
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
