# The two functions that people and programs ask over HTTP: who may, and from where. Reading and acting are different functions, so that
# they are different permissions.
locals {
  invokers = {
    status  = var.status_invokers
    operate = var.operate_invokers
  }

  # Cloud Run's addresses that are known before the service is ("Deterministic URL" in its documentation): operate is told its own.
  addresses = {
    for name in keys(local.people) : name => "https://${name}-${data.google_project.this.number}.${var.region}.run.app"
  }

  # Where calls may come from. It takes both, this and IAM: what may come from everywhere still needs a token of somebody who is
  # named, and Google answers all others, without an instance.
  people_ingress = {
    for name, members in local.invokers : name =>
    var.direct_calls && length(members) > 0 ? "ALLOW_ALL" : var.operators_domain == null ? "ALLOW_INTERNAL_ONLY" : "ALLOW_INTERNAL_AND_GCLB"
  }

  # Who may call the functions themselves. Identity-Aware Proxy does so in the place of those whom it has let in.
  callers = {
    for name, members in local.invokers : name => concat(
      var.direct_calls ? members : [],
      var.operators_domain == null ? [] : [local.iap_agent],
    )
  }
}

# Authoritative as for the other functions. Without anybody there is no binding, and nobody may.
resource "google_cloud_run_service_iam_binding" "people" {
  for_each = { for name, members in local.callers : name => members if length(members) > 0 }

  location = var.region
  service  = google_cloudfunctions2_function.function[each.key].name
  role     = "roles/run.invoker"
  members  = each.value
}

# Whom Identity-Aware Proxy lets through to which of the two.
resource "google_iap_web_backend_service_iam_binding" "people" {
  for_each = { for name, members in local.invokers : name => members if var.operators_domain != null && length(members) > 0 }

  web_backend_service = google_compute_backend_service.people[each.key].name
  role                = "roles/iap.httpsResourceAccessor"
  members             = each.value
}
